// SPDX-License-Identifier: Apache-2.0
//
// Pods of which nothing is known here, but elsewhere.

#ifndef EYRIE_RULES_FIELDS_UNKNOWN_PODS_H_
#define EYRIE_RULES_FIELDS_UNKNOWN_PODS_H_

#include "absl/strings/string_view.h"

#include "rules/fields/pod_facts.h"

namespace eyrie::rules {

// For events that are judged again without the Kubernetes API: what it said of
// their pods when they happened is unknown, not absent.
//
// Thread safety: immutable.
class UnknownPods : public PodTable {
 public:
  const PodFacts* FindPod(absl::string_view uid) const override {
    return nullptr;
  }
  bool IsExpected(absl::string_view uid) const override { return true; }

  // Lives for ever.
  static const UnknownPods* Get() {
    static const UnknownPods* const pods = new UnknownPods;
    return pods;
  }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_UNKNOWN_PODS_H_

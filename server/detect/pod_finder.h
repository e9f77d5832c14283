// SPDX-License-Identifier: Apache-2.0
//
// Finds what is known of a pod.

#ifndef EYRIE_SERVER_DETECT_POD_FINDER_H_
#define EYRIE_SERVER_DETECT_POD_FINDER_H_

#include <memory>

#include "absl/strings/string_view.h"

#include "rules/fields/pod_facts.h"

namespace eyrie::server {

struct PodLookup {
  // Null if the pod is not known.
  std::shared_ptr<const rules::PodFacts> facts;
  // Whether all its owners, its namespace, node and services are in `facts`.
  bool is_complete = false;
};

// Thread safety: all methods may be called from any thread.
class PodFinder {
 public:
  virtual ~PodFinder() = default;

  // What is known now of the pod with that uid.
  virtual PodLookup FindPod(absl::string_view uid) = 0;
  // Whether waiting may make the pod complete: it is not, and the API answers
  // for what it lacks.
  virtual bool IsPodExpected(absl::string_view uid) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_POD_FINDER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Where the detector learns of pods.

#ifndef EYRIE_SERVER_DETECT_POD_SOURCE_H_
#define EYRIE_SERVER_DETECT_POD_SOURCE_H_

#include <memory>

#include "absl/strings/string_view.h"

#include "rules/fields/pod_facts.h"

namespace eyrie::server {

struct PodLookup {
  // Null if the pod is not known.
  std::shared_ptr<const rules::PodFacts> facts;
  // Whether all its owners, its namespace and services are in `facts`.
  bool is_complete = false;
};

// Thread safety: all methods may be called from any thread.
class PodSource {
 public:
  virtual ~PodSource() = default;

  // What is known now of the pod with that uid.
  virtual PodLookup FindPod(absl::string_view uid) = 0;
  // Whether waiting may make the pod complete: it is not, and there is an API
  // that answers.
  virtual bool IsPodExpected(absl::string_view uid) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_POD_SOURCE_H_

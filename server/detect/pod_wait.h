// SPDX-License-Identifier: Apache-2.0
//
// Decides which records wait for their pod.

#ifndef EYRIE_SERVER_DETECT_POD_WAIT_H_
#define EYRIE_SERVER_DETECT_POD_WAIT_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class PodWait {
 public:
  virtual ~PodWait() = default;

  // Whether it is worth waiting for the pod with that uid.
  virtual bool IsWorthWaiting(absl::string_view uid) = 0;
  // Whether everything that rules can ask of the pod is known now.
  virtual bool IsComplete(absl::string_view uid) = 0;
  // Room for a record of that many bytes, until the result goes; null if there
  // is none, which is counted: the record is to be judged at once.
  virtual std::shared_ptr<const void> TakeRoom(size_t bytes) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_POD_WAIT_H_

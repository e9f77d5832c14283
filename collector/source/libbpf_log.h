// SPDX-License-Identifier: Apache-2.0
//
// What libbpf and the kernel's verifier say about a failure.

#ifndef EYRIE_COLLECTOR_SOURCE_LIBBPF_LOG_H_
#define EYRIE_COLLECTOR_SOURCE_LIBBPF_LOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace eyrie::collector {

// Collects what libbpf says to this thread while it lives; at other times
// libbpf is silent. One at a time in each thread.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  // An error of the system call's number `error`: what was tried, and the end
  // of what was said.
  absl::Status Error(int error, absl::string_view what) const;

 private:
  std::string text_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_LIBBPF_LOG_H_

// SPDX-License-Identifier: Apache-2.0

#include "collector/thread_priority.h"

#include <sys/resource.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {

absl::Status SetThreadNice(int nice) {
  // Linux knows nice values of threads; 0 is the calling one.
  if (setpriority(PRIO_PROCESS, 0, nice) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(
      errno, absl::StrCat("setting a thread's nice value to ", nice));
}

}  // namespace eyrie::collector

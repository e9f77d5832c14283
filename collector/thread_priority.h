// SPDX-License-Identifier: Apache-2.0
//
// Who runs first on a busy CPU.

#ifndef EYRIE_COLLECTOR_THREAD_PRIORITY_H_
#define EYRIE_COLLECTOR_THREAD_PRIORITY_H_

#include "absl/status/status.h"

namespace eyrie::collector {

// Gives the calling thread the nice value `nice`, from -20 (first) to 19
// (last), as setpriority(2) has it. Threads that it starts from then on have
// the same; all others keep theirs.
//
// Returns the errno of setpriority() as a status: kPermissionDenied where a
// lower value needs CAP_SYS_NICE.
absl::Status SetThreadNice(int nice);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_THREAD_PRIORITY_H_

// SPDX-License-Identifier: Apache-2.0
//
// The choice of what system calls are seen by.

#ifndef EYRIE_COLLECTOR_SOURCE_CALL_HOOKS_H_
#define EYRIE_COLLECTOR_SOURCE_CALL_HOOKS_H_

namespace eyrie::collector {

enum class CallHooks {
  kAuto,        // functions where the kernel takes them, else tracepoints
  kTracepoint,  // two for all calls: every call of the host pays
  kFunction,    // the kernel's function for each call: only wanted calls pay
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_CALL_HOOKS_H_

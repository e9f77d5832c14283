// SPDX-License-Identifier: Apache-2.0
//
// Whether this kernel can run the sensor, said in words an operator can act on.

#ifndef EYRIE_COLLECTOR_SOURCE_KERNEL_CHECKS_H_
#define EYRIE_COLLECTOR_SOURCE_KERNEL_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace eyrie::collector {

// What decides whether BPF programs with BTF can be loaded.
struct KernelFacts {
  std::string release;  // as `uname -r`
  std::string version;  // as `uname -v`
  bool has_btf = false;
  uint64_t effective_capabilities = 0;
  // Content of the kernel's lockdown file; empty if it has none.
  std::string lockdown;
  // How tasks in the kernel are preempted, "none (voluntary) full"; empty if it
  // does not say.
  std::string preemption;
};

// The facts of the running kernel and process.
KernelFacts ReadKernelFacts();

// OK if nothing speaks against loading the sensor.
//
// Returns kFailedPrecondition if the kernel is too old, has no BTF or is locked
// down, kPermissionDenied if the process lacks capabilities.
absl::Status CheckKernel(const KernelFacts& facts);

// OK if system calls may be hooked function by function: only where a task
// keeps its CPU while it runs a program, for which the kernel cares on
// tracepoints alone.
//
// Returns kFailedPrecondition if it may lose it.
absl::Status CheckPreemption(const KernelFacts& facts);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_KERNEL_CHECKS_H_

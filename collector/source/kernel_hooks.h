// SPDX-License-Identifier: Apache-2.0
//
// What the running kernel offers to hook on, by its type information.

#ifndef EYRIE_COLLECTOR_SOURCE_KERNEL_HOOKS_H_
#define EYRIE_COLLECTOR_SOURCE_KERNEL_HOOKS_H_

#include <functional>
#include <memory>
#include <string>

#include "collector/source/kernel_function.h"

struct btf;
struct btf_type;

namespace eyrie::collector {

// Thread safety: const methods may be called from any thread.
class KernelHooks {
 public:
  // Reads /sys/kernel/btf/vmlinux. Without it nothing is found.
  KernelHooks();

  bool HasFunction(const std::string& name) const;
  // Calls `visit` with each function.
  void ForEachFunction(
      const std::function<void(const KernelFunction&)>& visit) const;
  // Whether the function takes `arguments` arguments, the first of them a
  // pointer to the registers.
  bool TakesRegisters(const KernelFunction& function, int arguments) const;
  // Whether there is a tracepoint of that name, without its subsystem.
  bool HasTracepoint(const std::string& name) const;
  // How many arguments the tracepoint has; 0 if there is none of that name.
  int TracepointArguments(const std::string& name) const;
  // Whether argument `index` (from 0) of the tracepoint points to a `struct
  // type`.
  bool TracepointGives(const std::string& name, int index,
                       const std::string& type) const;

 private:
  struct Free {
    void operator()(btf* types) const;
  };
  // What `typedef void (*btf_trace_NAME)(void *, first argument, …)` points to;
  // null if there is no such tracepoint.
  const btf_type* FindTracepoint(const std::string& name) const;

  std::unique_ptr<btf, Free> types_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_KERNEL_HOOKS_H_

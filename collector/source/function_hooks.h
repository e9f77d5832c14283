// SPDX-License-Identifier: Apache-2.0
//
// Hooks on the kernel's functions for system calls, in place of those on all
// calls.
//
//   __x64_sys_openat ─ fexit ─► copy of on_sys_exit ─ tail call ─► on_openat
//   ia32_sys_call    ─ fexit ─► copy of on_sys_exit ─ tail call ─► on_…
//
// Only calls that are wanted pay. Each function has a copy of the small entry
// program, because a program is checked for one function; all copies for
// functions of one prototype jump to the same programs behind it.

#ifndef EYRIE_COLLECTOR_SOURCE_FUNCTION_HOOKS_H_
#define EYRIE_COLLECTOR_SOURCE_FUNCTION_HOOKS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "collector/source/call_functions.h"
#include "collector/source/event_calls.h"
#include "collector/source/function_programs.h"
#include "collector/source/kernel_hooks.h"
#include "collector/source/program_runs.h"
#include "collector/source/sensor_object.h"

namespace eyrie::collector {

// Thread safety: one thread calls everything but missed(), attached() and
// ReadRuns().
class FunctionHooks {
 public:
  // Tries whether the kernel takes them; attaches nothing. `sensor` is borrowed
  // and, when anything is attached, loaded.
  //
  // Returns the kernel's error, or kNotFound if it lacks what is needed.
  static absl::StatusOr<std::unique_ptr<FunctionHooks>> Create(
      const KernelHooks& kernel, const SensorObject* sensor, bool direct_loads);
  // Detaches.
  ~FunctionHooks() = default;
  FunctionHooks(const FunctionHooks&) = delete;
  FunctionHooks& operator=(const FunctionHooks&) = delete;

  // Attaches what the calls of `table` need, at their begin, too, if
  // `all_begins`; what is attached stays. After an error some may be attached.
  //
  // Returns kNotFound if the kernel has a wanted call without a known function.
  absl::Status Attach(const CallTable& table, bool all_begins);
  // Detaches what the last Attach() did not name, or everything.
  void DetachOthers();
  void DetachAll();

  // Of each hook that is attached, if runs are measured.
  std::vector<ProgramRuns> ReadRuns() const;
  // Hooks that are attached.
  size_t attached() const;
  // Calls that were not reported because on that CPU a hook of the same
  // function was running.
  uint64_t missed() const;

 private:
  // A program on a function. Detaches when it goes.
  class Hook {
   public:
    // Takes ownership of both descriptors.
    Hook(std::string function, int program, int link)
        : function_(std::move(function)), program_(program), link_(link) {}
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;
    uint64_t missed() const { return ReadMisses(program_); }
    ProgramRuns runs() const { return ReadProgramRuns(program_, function_); }

   private:
    const std::string function_;
    const int program_;
    const int link_;
  };
  // The function's type, and where in it.
  using Key = std::pair<uint32_t, FunctionPrograms::Place>;

  FunctionHooks(CallFunctions functions, const SensorObject* sensor,
                bool direct_loads);
  absl::Status AttachOne(const WantedFunction& wanted,
                         FunctionPrograms::Place place);
  absl::StatusOr<const FunctionPrograms*> ProgramsFor(
      const WantedFunction& wanted);
  void Detach(const std::set<Key>& kept);

  const CallFunctions functions_;
  const SensorObject* const sensor_;
  const bool direct_loads_;
  // By prototype; loaded when the first function of it is wanted.
  std::map<uint32_t, std::unique_ptr<FunctionPrograms>> programs_;
  std::set<Key> wanted_;
  mutable absl::Mutex mutex_;
  std::map<Key, std::unique_ptr<Hook>> hooks_ ABSL_GUARDED_BY(mutex_);
  uint64_t missed_before_ ABSL_GUARDED_BY(mutex_) = 0;  // by detached hooks
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_FUNCTION_HOOKS_H_

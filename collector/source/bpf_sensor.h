// SPDX-License-Identifier: Apache-2.0
//
// The sensor's programs in the kernel: load, attach, switch, count.

#ifndef EYRIE_COLLECTOR_SOURCE_BPF_SENSOR_H_
#define EYRIE_COLLECTOR_SOURCE_BPF_SENSOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "collector/source/event_calls.h"
#include "collector/source/event_source.h"
#include "collector/source/hook_link.h"
#include "collector/source/kernel_hooks.h"
#include "collector/source/sensor_object.h"
#include "collector/source/uring_events.h"

struct bpf_program;

namespace eyrie::collector {

struct BpfSensorOptions {
  // Sizes of the two rings, bytes: powers of two, at least one page. Rate times
  // the longest time the collector may be off the CPU: 4 MiB are 13,000 process
  // events, 16 MiB hold 100,000 events a second for 0.4 s.
  size_t lifecycle_ring_bytes = 4 << 20;
  size_t event_ring_bytes = 16 << 20;
  // Most bytes that a record carries of the data a call moves, at most
  // EYRIE_MAX_DATA_BYTES.
  uint32_t data_bytes = EYRIE_DEFAULT_DATA_BYTES;
  // Read paths when a call begins, too, and flag those that change while it
  // runs (EYRIE_RECORD_CHANGED). Taxes every system call, see bpf/enter.bpf.c.
  bool check_paths = false;
  // Load kernel memory directly where the kernel can (6.2). Off: by helper, as
  // on older kernels.
  bool direct_loads = true;
};

// Detaches and unloads when it goes.
//
// Thread safety: one thread calls everything but ReadLosses().
class BpfSensor {
 public:
  // Checks the kernel and loads the programs; nothing runs yet.
  //
  // Returns what CheckKernel() does, kInvalidArgument for ring sizes that are
  // none, else kInternal with what the kernel's verifier said last.
  static absl::StatusOr<std::unique_ptr<BpfSensor>> Load(
      const BpfSensorOptions& options);
  BpfSensor(const BpfSensor&) = delete;
  BpfSensor& operator=(const BpfSensor&) = delete;

  // Starts exec, fork and exit.
  absl::Status AttachLifecycle();

  // Changes which events are reported beyond the process life cycle, by id.
  // Each hook is attached while some event needs it: the one on the end of
  // system calls for any, the one on their begin for close. Types that stay see
  // no gap; ids that nothing makes are ignored.
  absl::Status SetEventTypes(absl::Span<const uint16_t> types);
  bool is_syscall_hook_attached() const { return exit_link_.is_attached(); }

  // Do not report the system calls of process `pid` (initial pid namespace);
  // 0: report all.
  void IgnoreProcess(uint32_t pid);

  // A descriptor that reads as one stream of `task` records, one for each
  // process. The caller closes it.
  absl::StatusOr<int> OpenSnapshot();

  // Borrowed map descriptors.
  int lifecycle_ring_fd() const;
  int event_ring_fd() const;

  // Losses since the programs were loaded.
  std::vector<SourceLoss> ReadLosses() const;

  bool uses_direct_loads() const { return uses_direct_loads_; }

 private:
  BpfSensor() = default;

  absl::Status Open(const BpfSensorOptions& options);
  absl::Status FillTailCalls();
  absl::Status SetTailCall(uint32_t slot, const std::string& program_name);
  void ChooseUringPrograms(const KernelHooks& kernel);
  absl::Status SetCallTable(const CallTable& table);
  absl::Status SetUringTable(const UringTable& table);

  std::unique_ptr<SensorObject> object_;
  HookLink fork_link_;
  HookLink exec_link_;
  HookLink process_exit_link_;
  HookLink enter_link_;
  HookLink exit_link_;
  HookLink uring_submit_link_;
  HookLink uring_complete_link_;
  HookLink signal_link_;
  HookLink switch_link_;
  HookLink page_fault_link_;
  // Of several programs for one hook the one that fits this kernel; null if it
  // has no such hook.
  bpf_program* uring_submit_ = nullptr;
  bpf_program* uring_complete_ = nullptr;
  bool uses_direct_loads_ = false;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_BPF_SENSOR_H_

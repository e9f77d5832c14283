// SPDX-License-Identifier: Apache-2.0

#include "collector/source/bpf_sensor.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "bpf/control.h"
#include "collector/source/kernel_checks.h"
#include "collector/source/libbpf_log.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

// Kernel function behind direct loads (6.2).
constexpr char kDirectLoadFunction[] = "bpf_rdonly_cast";

absl::Status CheckRingSize(absl::string_view name, size_t bytes) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  if (std::has_single_bit(bytes) && bytes >= page && bytes <= (1u << 30)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(name, " of ", bytes, " bytes is not a power of two between ",
                   page, " and 1 GiB"));
}

// The per-CPU values of `key` in `map`, added up.
uint64_t SumOverCpus(const bpf_map* map, uint32_t key) {
  const int cpus = libbpf_num_possible_cpus();
  if (cpus <= 0) return 0;
  std::vector<uint64_t> values(cpus);
  if (bpf_map_lookup_elem(bpf_map__fd(map), &key, values.data()) != 0) return 0;
  uint64_t sum = 0;
  for (uint64_t value : values) sum += value;
  return sum;
}

constexpr SourceLoss::Reason kReasons[EYRIE_DROP_REASONS] = {
    SourceLoss::Reason::kLifecycleRingFull, SourceLoss::Reason::kEventRingFull,
    SourceLoss::Reason::kScratchBusy};

}  // namespace

absl::StatusOr<std::unique_ptr<BpfSensor>> BpfSensor::Load(
    const BpfSensorOptions& options) {
  EYRIE_RETURN_IF_ERROR(
      CheckRingSize("lifecycle ring", options.lifecycle_ring_bytes));
  EYRIE_RETURN_IF_ERROR(CheckRingSize("event ring", options.event_ring_bytes));
  EYRIE_RETURN_IF_ERROR(CheckKernel(ReadKernelFacts()));
  auto sensor = absl::WrapUnique(new BpfSensor());
  EYRIE_RETURN_IF_ERROR(sensor->Open(options));
  EYRIE_RETURN_IF_ERROR(sensor->object_->Load());
  EYRIE_RETURN_IF_ERROR(sensor->FillTailCalls());
  return sensor;
}

absl::Status BpfSensor::Open(const BpfSensorOptions& options) {
  const KernelHooks kernel;
  uses_direct_loads_ =
      options.direct_loads && kernel.HasFunction(kDirectLoadFunction);
  EYRIE_ASSIGN_OR_RETURN(object_, SensorObject::Open(uses_direct_loads_));
  ChooseUringPrograms(kernel);
  bpf_program__set_autoload(object_->program("on_page_fault"),
                            kernel.HasTracepoint("page_fault_user"));
  const long page = sysconf(_SC_PAGESIZE);
  object_->settings()->exit_tells_group =
      kernel.TracepointArguments("sched_process_exit") > 1;
  object_->settings()->page_shift =
      std::countr_zero(static_cast<uint64_t>(page));
  object_->config()->data_bytes =
      std::min<uint32_t>(options.data_bytes, EYRIE_MAX_DATA_BYTES);
  object_->config()->check_paths = options.check_paths;
  bpf_map__set_max_entries(object_->map("lifecycle_ring"),
                           options.lifecycle_ring_bytes);
  bpf_map__set_max_entries(object_->map("event_ring"),
                           options.event_ring_bytes);
  return absl::OkStatus();
}

void BpfSensor::ChooseUringPrograms(const KernelHooks& kernel) {
  const auto program = [this](const char* name) {
    return object_->program(name);
  };
  if (kernel.TracepointGives("io_uring_submit_req", 0, "io_kiocb")) {
    uring_submit_ = program("on_uring_submit");
  } else if (kernel.TracepointGives("io_uring_submit_sqe", 0, "io_kiocb")) {
    uring_submit_ = program("on_uring_submit_sqe");
  }
  if (kernel.TracepointGives("io_uring_complete", 2, "io_uring_cqe")) {
    uring_complete_ = program("on_uring_complete");
  } else if (kernel.HasTracepoint("io_uring_complete")) {
    uring_complete_ = program("on_uring_complete_parts");
  }
  if (uring_submit_ == nullptr) uring_complete_ = nullptr;
  for (const char* name : {"on_uring_submit", "on_uring_submit_sqe",
                           "on_uring_complete", "on_uring_complete_parts"}) {
    bpf_program* choice = program(name);
    bpf_program__set_autoload(
        choice, choice == uring_submit_ || choice == uring_complete_);
  }
}

absl::Status BpfSensor::SetTailCall(uint32_t slot,
                                    const std::string& program_name) {
  const int fd = bpf_program__fd(object_->program(program_name));
  if (bpf_map_update_elem(bpf_map__fd(object_->map("syscall_programs")), &slot,
                          &fd, BPF_ANY) != 0) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("linking program ", program_name));
  }
  return absl::OkStatus();
}

absl::Status BpfSensor::FillTailCalls() {
  EYRIE_RETURN_IF_ERROR(SetTailCall(EYRIE_PROGRAM_PLANNED, "on_planned"));
#define X(event) \
  EYRIE_RETURN_IF_ERROR(SetTailCall(EYRIE_PROGRAM_##event, "on_" #event));
  EYRIE_PROGRAM_EVENTS(X)
#undef X
  return absl::OkStatus();
}

absl::Status BpfSensor::AttachLifecycle() {
  EYRIE_RETURN_IF_ERROR(fork_link_.Attach(object_->program("on_fork")));
  EYRIE_RETURN_IF_ERROR(exec_link_.Attach(object_->program("on_exec")));
  return process_exit_link_.Attach(object_->program("on_exit"));
}

absl::Status BpfSensor::SetEventTypes(absl::Span<const uint16_t> types) {
  const auto wants = [types](uint16_t type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  EYRIE_RETURN_IF_ERROR(SetCallTable(MakeCallTable(types)));
  EYRIE_RETURN_IF_ERROR(SetUringTable(MakeUringTable(types)));
  EYRIE_RETURN_IF_ERROR(signal_link_.AttachIf(
      wants(EYRIE_EVENT_signaldeliver), object_->program("on_signaldeliver")));
  EYRIE_RETURN_IF_ERROR(switch_link_.AttachIf(wants(EYRIE_EVENT_switch),
                                              object_->program("on_switch")));
  const bpf_program* on_page_fault = object_->program("on_page_fault");
  return page_fault_link_.AttachIf(
      wants(EYRIE_EVENT_page_fault) && bpf_program__autoload(on_page_fault),
      on_page_fault);
}

absl::Status BpfSensor::SetUringTable(const UringTable& table) {
  const bool is_wanted = uring_submit_ != nullptr && table != UringTable{};
  // Completions first and last: no request is left half seen.
  if (is_wanted) {
    EYRIE_RETURN_IF_ERROR(uring_complete_link_.Attach(uring_complete_));
    EYRIE_RETURN_IF_ERROR(uring_submit_link_.Attach(uring_submit_));
  }
  uint16_t* uring_event_of = object_->uring_event_of();
  for (size_t opcode = 0; opcode < table.size(); ++opcode) {
    __atomic_store_n(&uring_event_of[opcode], table[opcode], __ATOMIC_RELAXED);
  }
  if (!is_wanted) {
    uring_submit_link_.Detach();
    uring_complete_link_.Detach();
  }
  return absl::OkStatus();
}

absl::Status BpfSensor::SetCallTable(const CallTable& table) {
  const bool wants_exit = !IsEmpty(table);
  const bool wants_enter =
      WantsEntry(table) || (wants_exit && object_->config()->check_paths != 0);
  // Attached first: what is wanted is seen as soon as this returns.
  if (wants_exit) {
    EYRIE_RETURN_IF_ERROR(exit_link_.Attach(object_->program("on_sys_exit")));
  }
  if (wants_enter) {
    EYRIE_RETURN_IF_ERROR(enter_link_.Attach(object_->program("on_sys_enter")));
  }
  auto* event_of = object_->event_of();
  for (int abi = 0; abi < EYRIE_ABI_COUNT; ++abi) {
    for (int number = 0; number < EYRIE_SYSCALL_NUMBERS; ++number) {
      __atomic_store_n(&event_of[abi][number], table[abi][number],
                       __ATOMIC_RELAXED);
    }
  }
  if (!wants_exit) exit_link_.Detach();
  if (!wants_enter) enter_link_.Detach();
  return absl::OkStatus();
}

void BpfSensor::IgnoreProcess(uint32_t pid) {
  __atomic_store_n(&object_->config()->ignored_pid, pid, __ATOMIC_RELAXED);
}

absl::StatusOr<int> BpfSensor::OpenSnapshot() {
  const LibbpfLog log;
  bpf_link* link =
      bpf_program__attach_iter(object_->program("on_task"), nullptr);
  if (link == nullptr) {
    return log.Error(errno, "attaching the process iterator");
  }
  const int fd = bpf_iter_create(bpf_link__fd(link));
  const int error = errno;
  // The descriptor keeps the iterator.
  bpf_link__destroy(link);
  if (fd < 0) return absl::ErrnoToStatus(error, "starting the iterator");
  return fd;
}

int BpfSensor::lifecycle_ring_fd() const {
  return bpf_map__fd(object_->map("lifecycle_ring"));
}

int BpfSensor::event_ring_fd() const {
  return bpf_map__fd(object_->map("event_ring"));
}

std::vector<SourceLoss> BpfSensor::ReadLosses() const {
  const bpf_map* drops = object_->map("drops");
  std::vector<SourceLoss> losses;
  for (uint16_t type = 0; type < EYRIE_COUNTED_EVENTS; ++type) {
    for (uint32_t reason = 0; reason < EYRIE_DROP_REASONS; ++reason) {
      const uint32_t key = type * EYRIE_DROP_REASONS + reason;
      const uint64_t count = SumOverCpus(drops, key);
      if (count == 0) continue;
      losses.push_back(
          {.reason = kReasons[reason], .event_type = type, .count = count});
    }
  }
  return losses;
}

}  // namespace eyrie::collector

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
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "bpf/control.h"
#include "collector/source/function_hooks.h"
#include "collector/source/kernel_checks.h"
#include "collector/source/kernel_hooks.h"
#include "collector/source/libbpf_log.h"
#include "collector/source/program_runs.h"
#include "collector/source/sensor_object.h"
#include "common/logging.h"
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
  const KernelFacts facts = ReadKernelFacts();
  EYRIE_RETURN_IF_ERROR(CheckKernel(facts));
  auto sensor = absl::WrapUnique(new BpfSensor());
  EYRIE_RETURN_IF_ERROR(sensor->Open(options, facts));
  if (options.measure_runs) {
    EYRIE_ASSIGN_OR_RETURN(sensor->measurement_, RunMeasurement::Start());
  }
  EYRIE_RETURN_IF_ERROR(sensor->object_->Load());
  EYRIE_RETURN_IF_ERROR(sensor->object_->FillTailCalls());
  sensor->LogChoices();
  return sensor;
}

BpfSensor::BpfSensor() = default;
BpfSensor::~BpfSensor() = default;

size_t BpfSensor::hooked_functions() const {
  return functions_ == nullptr ? 0 : functions_->attached();
}

absl::Status BpfSensor::Open(const BpfSensorOptions& options,
                             const KernelFacts& facts) {
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
  return ChooseCallHooks(options.hooks, kernel, facts);
}

absl::Status BpfSensor::MakeFunctionHooks(const KernelHooks& kernel,
                                          const KernelFacts& facts) {
  EYRIE_ASSIGN_OR_RETURN(
      auto functions,
      FunctionHooks::Create(kernel, object_.get(), uses_direct_loads_));
  EYRIE_RETURN_IF_ERROR(CheckPreemption(facts));
  functions_ = std::move(functions);
  return absl::OkStatus();
}

absl::Status BpfSensor::ChooseCallHooks(CallHooks hooks,
                                        const KernelHooks& kernel,
                                        const KernelFacts& facts) {
  if (hooks == CallHooks::kTracepoint) {
    why_no_functions_ = "not asked for";
    return absl::OkStatus();
  }
  const absl::Status status = MakeFunctionHooks(kernel, facts);
  why_no_functions_ = std::string(status.message());
  if (status.ok() || hooks == CallHooks::kAuto) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "system calls cannot be hooked by function: ", status.message()));
}

void BpfSensor::LogChoices() const {
  const char* memory = uses_direct_loads_ ? "directly" : "by helper";
  const char* io_uring = uring_submit_ != nullptr ? "seen" : "not seen";
  if (functions_ != nullptr) {
    LogInfo("loaded the sensor", {{"hooks", "function"},
                                  {"kernel_memory", memory},
                                  {"io_uring", io_uring}});
    return;
  }
  LogInfo("loaded the sensor", {{"hooks", "tracepoint"},
                                {"why_not_function", why_no_functions_},
                                {"kernel_memory", memory},
                                {"io_uring", io_uring}});
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

bool BpfSensor::AttachFunctions(const CallTable& table) {
  if (functions_ == nullptr) return false;
  const absl::Status status =
      functions_->Attach(table, object_->config()->check_paths != 0);
  if (status.ok()) return true;
  LogWarning("hooking all system calls until other events are wanted",
             {{"reason", status.message()}});
  return false;
}

absl::Status BpfSensor::AttachTracepoints(const CallTable& table) {
  EYRIE_RETURN_IF_ERROR(exit_link_.Attach(object_->program("on_sys_exit")));
  if (!WantsEntry(table) && object_->config()->check_paths == 0) {
    return absl::OkStatus();
  }
  return enter_link_.Attach(object_->program("on_sys_enter"));
}

void BpfSensor::StoreCallTable(const CallTable& table) {
  auto* event_of = object_->event_of();
  for (int abi = 0; abi < EYRIE_ABI_COUNT; ++abi) {
    for (int number = 0; number < EYRIE_SYSCALL_NUMBERS; ++number) {
      __atomic_store_n(&event_of[abi][number], table[abi][number],
                       __ATOMIC_RELAXED);
    }
  }
}

absl::Status BpfSensor::SetCallTable(const CallTable& table) {
  const bool is_wanted = !IsEmpty(table);
  // Attached first: what is wanted is seen as soon as this returns.
  const bool by_function = is_wanted && AttachFunctions(table);
  const bool by_tracepoint = is_wanted && !by_function;
  if (by_tracepoint) EYRIE_RETURN_IF_ERROR(AttachTracepoints(table));
  StoreCallTable(table);
  __atomic_store_n(&object_->config()->by_function, by_function,
                   __ATOMIC_RELAXED);
  if (!by_tracepoint) exit_link_.Detach();
  if (!by_tracepoint ||
      (!WantsEntry(table) && object_->config()->check_paths == 0)) {
    enter_link_.Detach();
  }
  attached_tracepoints_ = exit_link_.is_attached() + enter_link_.is_attached();
  if (functions_ == nullptr) return absl::OkStatus();
  by_function ? functions_->DetachOthers() : functions_->DetachAll();
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

std::vector<ProgramRuns> BpfSensor::ReadRuns() const {
  if (measurement_ == nullptr) return {};
  std::vector<ProgramRuns> all;
  if (functions_ != nullptr) all = functions_->ReadRuns();
  bpf_program* program;
  bpf_object__for_each_program(program, object_->object()) {
    if (bpf_program__fd(program) < 0) continue;
    ProgramRuns runs =
        ReadProgramRuns(bpf_program__fd(program), bpf_program__name(program));
    if (runs.runs > 0) all.push_back(std::move(runs));
  }
  return all;
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
  const uint64_t missed = functions_ == nullptr ? 0 : functions_->missed();
  if (missed > 0) {
    losses.push_back(
        {.reason = SourceLoss::Reason::kScratchBusy, .count = missed});
  }
  return losses;
}

}  // namespace eyrie::collector

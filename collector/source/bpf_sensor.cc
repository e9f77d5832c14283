// SPDX-License-Identifier: Apache-2.0

#include "collector/source/bpf_sensor.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "bpf/control.h"
// After control.h, whose types it uses.
#include "bpf/eyrie_bpf.skel.h"
#include "collector/source/kernel_checks.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

// Most of libbpf's messages that is kept, bytes: the end of a verifier log,
// which says why.
constexpr size_t kMaxLogBytes = 4096;
// Kernel function behind direct loads (6.2).
constexpr char kDirectLoadFunction[] = "bpf_rdonly_cast";

// Where this thread's libbpf messages go; null: nowhere.
thread_local std::string* log_sink = nullptr;

int KeepMessage(libbpf_print_level level, const char* format, va_list args) {
  if (log_sink == nullptr || level == LIBBPF_DEBUG) return 0;
  va_list measured;
  va_copy(measured, args);
  const int length = std::vsnprintf(nullptr, 0, format, measured);
  va_end(measured);
  if (length <= 0) return length;
  // A verifier log is one message, of which the end matters.
  std::string text(static_cast<size_t>(length) + 1, '\0');
  std::vsnprintf(text.data(), text.size(), format, args);
  text.pop_back();
  log_sink->append(text);
  if (log_sink->size() > kMaxLogBytes) {
    log_sink->erase(0, log_sink->size() - kMaxLogBytes);
  }
  return length;
}

// Collects libbpf's messages while it lives.
class LogCapture {
 public:
  LogCapture() {
    libbpf_set_print(KeepMessage);
    log_sink = &log_;
  }
  ~LogCapture() { log_sink = nullptr; }

  absl::string_view text() const {
    return absl::StripTrailingAsciiWhitespace(log_);
  }

 private:
  std::string log_;
};

absl::Status KernelError(int error, absl::string_view what,
                         absl::string_view log) {
  const absl::Status status = absl::ErrnoToStatus(error, what);
  if (log.empty()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(status.message(), "; libbpf: ", log));
}

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

// Attaches `program` unless *link is attached already.
absl::Status Attach(const bpf_program* program, bpf_link** link) {
  if (*link != nullptr) return absl::OkStatus();
  LogCapture log;
  *link = bpf_program__attach(program);
  if (*link == nullptr) {
    return KernelError(errno,
                       absl::StrCat("attaching ", bpf_program__name(program)),
                       log.text());
  }
  return absl::OkStatus();
}

void Detach(bpf_link** link) {
  bpf_link__destroy(*link);
  *link = nullptr;
}

// Attaches or detaches.
absl::Status AttachIf(bool is_wanted, const bpf_program* program,
                      bpf_link** link) {
  if (is_wanted) return Attach(program, link);
  Detach(link);
  return absl::OkStatus();
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
  EYRIE_RETURN_IF_ERROR(sensor->LoadPrograms());
  EYRIE_RETURN_IF_ERROR(sensor->FillTailCalls());
  return sensor;
}

BpfSensor::~BpfSensor() {
  for (bpf_link* link :
       {enter_link_, exit_link_, uring_submit_link_, uring_complete_link_,
        signal_link_, switch_link_, page_fault_link_}) {
    bpf_link__destroy(link);
  }
  for (bpf_link* link : lifecycle_links_) bpf_link__destroy(link);
  if (skeleton_ != nullptr) eyrie_bpf__destroy(skeleton_);
}

absl::Status BpfSensor::Open(const BpfSensorOptions& options) {
  LogCapture log;
  skeleton_ = eyrie_bpf__open();
  if (skeleton_ == nullptr) {
    return KernelError(errno, "opening the sensor's programs", log.text());
  }
  const KernelHooks kernel;
  uses_direct_loads_ =
      options.direct_loads && kernel.HasFunction(kDirectLoadFunction);
  ChooseUringPrograms(kernel);
  bpf_program__set_autoload(skeleton_->progs.on_page_fault,
                            kernel.HasTracepoint("page_fault_user"));
  const long page = sysconf(_SC_PAGESIZE);
  skeleton_->rodata->settings.direct_loads = uses_direct_loads_;
  skeleton_->rodata->settings.exit_tells_group =
      kernel.TracepointArguments("sched_process_exit") > 1;
  skeleton_->rodata->settings.page_shift =
      std::countr_zero(static_cast<uint64_t>(page));
  skeleton_->data->config.data_bytes =
      std::min<uint32_t>(options.data_bytes, EYRIE_MAX_DATA_BYTES);
  skeleton_->data->config.check_paths = options.check_paths;
  bpf_map__set_max_entries(skeleton_->maps.lifecycle_ring,
                           options.lifecycle_ring_bytes);
  bpf_map__set_max_entries(skeleton_->maps.event_ring,
                           options.event_ring_bytes);
  return absl::OkStatus();
}

void BpfSensor::ChooseUringPrograms(const KernelHooks& kernel) {
  const auto& programs = skeleton_->progs;
  if (kernel.TracepointGives("io_uring_submit_req", 0, "io_kiocb")) {
    uring_submit_ = programs.on_uring_submit;
  } else if (kernel.TracepointGives("io_uring_submit_sqe", 0, "io_kiocb")) {
    uring_submit_ = programs.on_uring_submit_sqe;
  }
  if (kernel.TracepointGives("io_uring_complete", 2, "io_uring_cqe")) {
    uring_complete_ = programs.on_uring_complete;
  } else if (kernel.HasTracepoint("io_uring_complete")) {
    uring_complete_ = programs.on_uring_complete_parts;
  }
  if (uring_submit_ == nullptr) uring_complete_ = nullptr;
  for (bpf_program* program :
       {programs.on_uring_submit, programs.on_uring_submit_sqe,
        programs.on_uring_complete, programs.on_uring_complete_parts}) {
    bpf_program__set_autoload(
        program, program == uring_submit_ || program == uring_complete_);
  }
}

absl::Status BpfSensor::LoadPrograms() {
  LogCapture log;
  const int error = eyrie_bpf__load(skeleton_);
  if (error != 0) {
    return KernelError(-error, "loading the sensor's programs", log.text());
  }
  return absl::OkStatus();
}

absl::Status BpfSensor::SetTailCall(uint32_t slot,
                                    const std::string& program_name) {
  const bpf_program* program =
      bpf_object__find_program_by_name(skeleton_->obj, program_name.c_str());
  if (program == nullptr) {
    return absl::InternalError(
        absl::StrCat("the sensor has no program ", program_name));
  }
  const int fd = bpf_program__fd(program);
  if (bpf_map_update_elem(bpf_map__fd(skeleton_->maps.syscall_programs), &slot,
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
  for (const bpf_program* program :
       {skeleton_->progs.on_fork, skeleton_->progs.on_exec,
        skeleton_->progs.on_exit}) {
    EYRIE_RETURN_IF_ERROR(
        Attach(program, &lifecycle_links_.emplace_back(nullptr)));
  }
  return absl::OkStatus();
}

absl::Status BpfSensor::SetEventTypes(absl::Span<const uint16_t> types) {
  const auto wants = [types](uint16_t type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  EYRIE_RETURN_IF_ERROR(SetCallTable(MakeCallTable(types)));
  EYRIE_RETURN_IF_ERROR(SetUringTable(MakeUringTable(types)));
  const auto& programs = skeleton_->progs;
  EYRIE_RETURN_IF_ERROR(AttachIf(wants(EYRIE_EVENT_signaldeliver),
                                 programs.on_signaldeliver, &signal_link_));
  EYRIE_RETURN_IF_ERROR(
      AttachIf(wants(EYRIE_EVENT_switch), programs.on_switch, &switch_link_));
  return AttachIf(wants(EYRIE_EVENT_page_fault) &&
                      bpf_program__autoload(programs.on_page_fault),
                  programs.on_page_fault, &page_fault_link_);
}

absl::Status BpfSensor::SetUringTable(const UringTable& table) {
  const bool is_wanted = uring_submit_ != nullptr && table != UringTable{};
  // Completions first and last: no request is left half seen.
  if (is_wanted) {
    EYRIE_RETURN_IF_ERROR(Attach(uring_complete_, &uring_complete_link_));
    EYRIE_RETURN_IF_ERROR(Attach(uring_submit_, &uring_submit_link_));
  }
  for (size_t opcode = 0; opcode < table.size(); ++opcode) {
    __atomic_store_n(&skeleton_->bss->uring_event_of[opcode], table[opcode],
                     __ATOMIC_RELAXED);
  }
  if (!is_wanted) {
    Detach(&uring_submit_link_);
    Detach(&uring_complete_link_);
  }
  return absl::OkStatus();
}

absl::Status BpfSensor::SetCallTable(const CallTable& table) {
  const bool wants_exit = !IsEmpty(table);
  const bool wants_enter =
      WantsEntry(table) ||
      (wants_exit && skeleton_->data->config.check_paths != 0);
  // Attached first: what is wanted is seen as soon as this returns.
  if (wants_exit) {
    EYRIE_RETURN_IF_ERROR(Attach(skeleton_->progs.on_sys_exit, &exit_link_));
  }
  if (wants_enter) {
    EYRIE_RETURN_IF_ERROR(Attach(skeleton_->progs.on_sys_enter, &enter_link_));
  }
  for (int abi = 0; abi < EYRIE_ABI_COUNT; ++abi) {
    for (int number = 0; number < EYRIE_SYSCALL_NUMBERS; ++number) {
      __atomic_store_n(&skeleton_->bss->event_of[abi][number],
                       table[abi][number], __ATOMIC_RELAXED);
    }
  }
  if (!wants_exit) Detach(&exit_link_);
  if (!wants_enter) Detach(&enter_link_);
  return absl::OkStatus();
}

void BpfSensor::IgnoreProcess(uint32_t pid) {
  __atomic_store_n(&skeleton_->data->config.ignored_pid, pid, __ATOMIC_RELAXED);
}

absl::StatusOr<int> BpfSensor::OpenSnapshot() {
  LogCapture log;
  bpf_link* link = bpf_program__attach_iter(skeleton_->progs.on_task, nullptr);
  if (link == nullptr) {
    return KernelError(errno, "attaching the process iterator", log.text());
  }
  const int fd = bpf_iter_create(bpf_link__fd(link));
  const int error = errno;
  // The descriptor keeps the iterator.
  bpf_link__destroy(link);
  if (fd < 0) return absl::ErrnoToStatus(error, "starting the iterator");
  return fd;
}

int BpfSensor::lifecycle_ring_fd() const {
  return bpf_map__fd(skeleton_->maps.lifecycle_ring);
}

int BpfSensor::event_ring_fd() const {
  return bpf_map__fd(skeleton_->maps.event_ring);
}

std::vector<SourceLoss> BpfSensor::ReadLosses() const {
  std::vector<SourceLoss> losses;
  for (uint16_t type = 0; type < EYRIE_COUNTED_EVENTS; ++type) {
    for (uint32_t reason = 0; reason < EYRIE_DROP_REASONS; ++reason) {
      const uint32_t key = type * EYRIE_DROP_REASONS + reason;
      const uint64_t count = SumOverCpus(skeleton_->maps.drops, key);
      if (count == 0) continue;
      losses.push_back(
          {.reason = kReasons[reason], .event_type = type, .count = count});
    }
  }
  return losses;
}

}  // namespace eyrie::collector

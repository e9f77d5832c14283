// SPDX-License-Identifier: Apache-2.0

#include "collector/source/bpf_sensor.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
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
  char text[2048];
  const int length = std::vsnprintf(text, sizeof(text), format, args);
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

bool KernelHasFunction(const char* name) {
  btf* types = btf__load_vmlinux_btf();
  if (types == nullptr) return false;
  const bool found = btf__find_by_name_kind(types, name, BTF_KIND_FUNC) > 0;
  btf__free(types);
  return found;
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
  bpf_link__destroy(enter_link_);
  bpf_link__destroy(exit_link_);
  for (bpf_link* link : lifecycle_links_) bpf_link__destroy(link);
  if (skeleton_ != nullptr) eyrie_bpf__destroy(skeleton_);
}

absl::Status BpfSensor::Open(const BpfSensorOptions& options) {
  LogCapture log;
  skeleton_ = eyrie_bpf__open();
  if (skeleton_ == nullptr) {
    return KernelError(errno, "opening the sensor's programs", log.text());
  }
  uses_direct_loads_ =
      options.direct_loads && KernelHasFunction(kDirectLoadFunction);
  const long page = sysconf(_SC_PAGESIZE);
  skeleton_->rodata->settings.direct_loads = uses_direct_loads_;
  skeleton_->rodata->settings.page_shift =
      std::countr_zero(static_cast<uint64_t>(page));
  skeleton_->data->config.data_bytes =
      std::min<uint32_t>(options.data_bytes, EYRIE_MAX_DATA_BYTES);
  bpf_map__set_max_entries(skeleton_->maps.lifecycle_ring,
                           options.lifecycle_ring_bytes);
  bpf_map__set_max_entries(skeleton_->maps.event_ring,
                           options.event_ring_bytes);
  return absl::OkStatus();
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

absl::Status BpfSensor::SetCallTable(const CallTable& table) {
  const bool wants_exit = !IsEmpty(table);
  const bool wants_enter = WantsEntry(table);
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

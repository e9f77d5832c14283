// SPDX-License-Identifier: Apache-2.0
//
// How two rings become one sequence.
//
// Records carry their time; each ring alone is in order up to microseconds. An
// exec must come before the open that the new image did, although they are in
// different rings. Every round therefore goes:
//
//   1. now = the clock; nothing newer than `now` is taken in this round.
//   2. Take the event ring, up to `now`.
//   3. Take the lifecycle ring, up to `now`, or up to the last event if step 2
//      was cut short.
//   4. Sort both by time.
//
// Events before lifecycle: whatever a process did before an event taken in step
// 2 was in the lifecycle ring before step 3. The other way round, an exec and
// an open that fall between the two steps would arrive as open, exec. The limit
// of step 1 keeps lifecycle records that are newer than the events just taken
// for the next round, where older events may still come.
//
// A record that another CPU is writing this moment blocks its ring; the writer
// needs less than a microsecond unless its virtual CPU is descheduled, so the
// reader yields a bounded number of times and otherwise goes on without it.

#include "collector/source/bpf_event_source.h"

#include <sched.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/status_macros.h"
#include "proto/record.h"

namespace eyrie::collector {
namespace {

// Most events of one Poll(): bounds the time until their space is given back.
constexpr size_t kMaxEvents = 8192;
// How often a ring that is being written is asked again.
constexpr int kMaxYields = 100;
// Sleep of a consumer that found nothing, doubled each time: the latency of an
// event when idle, against wake-ups for nothing.
constexpr absl::Duration kShortestSleep = absl::Milliseconds(1);
constexpr absl::Duration kLongestSleep = absl::Milliseconds(2);
// Inode of the initial pid namespace (PROC_PID_INIT_INO).
constexpr uint32_t kInitialPidNamespace = 0xeffffffc;

uint64_t NowSinceBootNs() {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(now.tv_nsec);
}

// Inode of this process's pid namespace; 0 if there is no /proc.
uint32_t OwnPidNamespace() {
  struct stat facts;
  if (stat("/proc/self/ns/pid", &facts) != 0) return 0;
  return static_cast<uint32_t>(facts.st_ino);
}

bool IsEarlier(const RecordView& a, const RecordView& b) {
  return a.time_ns() < b.time_ns();
}

// RingReader::Read() that does not give up at once on a record being written.
RingReader::Stop ReadPatiently(RingReader* ring, uint64_t until_ns,
                               size_t max_records,
                               std::vector<RecordView>* records) {
  const size_t limit = records->size() + max_records;
  for (int yields = 0;; ++yields) {
    const RingReader::Stop stop =
        ring->Read(until_ns, limit - records->size(), records);
    if (stop != RingReader::Stop::kBusy || yields == kMaxYields) return stop;
    sched_yield();
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<BpfEventSource>> BpfEventSource::Create(
    const BpfEventSourceOptions& options) {
  auto source = absl::WrapUnique(new BpfEventSource(options));
  EYRIE_ASSIGN_OR_RETURN(source->sensor_, BpfSensor::Load(options.sensor));
  EYRIE_ASSIGN_OR_RETURN(
      source->lifecycle_ring_,
      RingReader::Create(source->sensor_->lifecycle_ring_fd(),
                         options.sensor.lifecycle_ring_bytes));
  EYRIE_ASSIGN_OR_RETURN(source->event_ring_,
                         RingReader::Create(source->sensor_->event_ring_fd(),
                                            options.sensor.event_ring_bytes));
  // In another pid namespace the number is not ours; the snapshot tells it.
  if (!options.report_self && OwnPidNamespace() == kInitialPidNamespace) {
    source->sensor_->IgnoreProcess(static_cast<uint32_t>(getpid()));
  }
  return source;
}

absl::Status BpfEventSource::Start() {
  if (is_started_) {
    return absl::FailedPreconditionError("the event source was started before");
  }
  EYRIE_RETURN_IF_ERROR(sensor_->AttachLifecycle());
  is_started_ = true;
  if (!options_.snapshot) return absl::OkStatus();
  EYRIE_ASSIGN_OR_RETURN(const int iterator, sensor_->OpenSnapshot());
  snapshot_ = std::make_unique<SnapshotReader>(iterator);
  return absl::OkStatus();
}

void BpfEventSource::IgnoreIfSelf(const RecordView& task) {
  if (options_.report_self) return;
  const eyrie_record header = task.header();
  if (task.i64(SlotOf(&eyrie_task_args::vpid)) == getpid() &&
      header.pid_ns == OwnPidNamespace()) {
    sensor_->IgnoreProcess(header.process.pid);
  }
}

absl::StatusOr<absl::Span<const RecordView>> BpfEventSource::PollSnapshot() {
  EYRIE_ASSIGN_OR_RETURN(const absl::Span<const RecordView> tasks,
                         snapshot_->Next());
  for (const RecordView& task : tasks) IgnoreIfSelf(task);
  if (tasks.empty()) snapshot_.reset();
  return tasks;
}

void BpfEventSource::Fill::Note(const RingReader& ring) {
  const uint64_t now = ring.UsedBytes();
  waiting.store(now, std::memory_order_relaxed);
  if (now > most_waiting.load(std::memory_order_relaxed)) {
    most_waiting.store(now, std::memory_order_relaxed);
  }
}

void BpfEventSource::ReadRings() {
  event_fill_.Note(*event_ring_);
  lifecycle_fill_.Note(*lifecycle_ring_);
  uint64_t until_ns = NowSinceBootNs();
  const RingReader::Stop stop =
      ReadPatiently(event_ring_.get(), until_ns, kMaxEvents, &records_);
  if (stop == RingReader::Stop::kFull) until_ns = records_.back().time_ns();
  ReadPatiently(lifecycle_ring_.get(), until_ns,
                std::numeric_limits<size_t>::max() / 2, &records_);
  if (!std::is_sorted(records_.begin(), records_.end(), IsEarlier)) {
    std::stable_sort(records_.begin(), records_.end(), IsEarlier);
  }
}

absl::StatusOr<absl::Span<const RecordView>> BpfEventSource::Poll(
    absl::Duration timeout) {
  if (!is_started_) {
    return absl::FailedPreconditionError("the event source was not started");
  }
  if (snapshot_ != nullptr) {
    EYRIE_ASSIGN_OR_RETURN(const absl::Span<const RecordView> tasks,
                           PollSnapshot());
    if (!tasks.empty()) return tasks;
  }
  event_ring_->Release();
  lifecycle_ring_->Release();
  records_.clear();
  const absl::Time deadline = absl::Now() + timeout;
  for (absl::Duration sleep = kShortestSleep;;
       sleep = std::min(2 * sleep, kLongestSleep)) {
    ReadRings();
    const absl::Duration left = deadline - absl::Now();
    if (!records_.empty() || left <= absl::ZeroDuration()) return records_;
    absl::SleepFor(std::min(sleep, left));
  }
}

absl::Status BpfEventSource::SetEventTypes(absl::Span<const uint16_t> types) {
  return sensor_->SetEventTypes(types);
}

std::vector<SourceLoss> BpfEventSource::Losses() const {
  return sensor_->ReadLosses();
}

std::vector<HookCount> BpfEventSource::Hooks() const {
  return {{"tracepoint", sensor_->attached_tracepoints()},
          {"function", sensor_->hooked_functions()}};
}

std::vector<ProgramRuns> BpfEventSource::Runs() const {
  return sensor_->ReadRuns();
}

std::vector<BufferFill> BpfEventSource::Fills() const {
  const BpfSensorOptions& sizes = options_.sensor;
  return {{"lifecycle", sizes.lifecycle_ring_bytes, lifecycle_fill_.waiting,
           lifecycle_fill_.most_waiting},
          {"event", sizes.event_ring_bytes, event_fill_.waiting,
           event_fill_.most_waiting}};
}

}  // namespace eyrie::collector

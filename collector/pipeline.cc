// SPDX-License-Identifier: Apache-2.0

#include "collector/pipeline.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"

#include "common/status_macros.h"
#include "proto/event_catalog.h"

namespace eyrie::collector {
namespace {

// How often ended processes are forgotten and user files are looked at.
constexpr absl::Duration kUpkeepInterval = absl::Seconds(1);

// A clock offset that differs less from the one before is the same: two clocks
// are not read at once, and times should not jump for that.
constexpr int64_t kClockNoiseNs = 100'000;

uint64_t Nanoseconds(absl::Duration duration) {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(duration));
}

}  // namespace

Pipeline::Pipeline(const PipelineOptions& options, PipelineDeps deps)
    : deps_(std::move(deps)),
      max_held_bytes_(options.max_held_bytes),
      environment_(options.environment),
      processes_(options.processes, deps_.proc),
      users_(options.host_root),
      cgroups_(options.cgroups, deps_.containers),
      enricher_(&processes_, &users_),
      batcher_(options.batcher, &enricher_),
      read_(kTypes) {
  wanted_.set();
}

absl::Status Pipeline::RunOnce() {
  uint64_t before_ns = deps_.clock->BootNs();
  if (before_ns < next_poll_ns_) {
    deps_.clock->SleepFor(absl::Nanoseconds(next_poll_ns_ - before_ns));
    before_ns = next_poll_ns_;
  }
  const absl::Duration timeout =
      std::clamp(batcher_.TimeToClose(before_ns, CurrentPace()),
                 absl::ZeroDuration(), kPollTimeout);
  const auto records = deps_.source->Poll(timeout);
  EYRIE_RETURN_IF_ERROR(records.status());
  const uint64_t now_ns = deps_.clock->BootNs();
  if (!records->empty()) {
    const bool has_more = records->size() >= kLargePoll ||
                          records->back().type() == EYRIE_EVENT_task;
    if (!has_more) next_poll_ns_ = now_ns + Nanoseconds(kPollInterval);
    const uint64_t oldest_ns = std::min(records->front().time_ns(), now_ns);
    deps_.lag.Observe(static_cast<double>(now_ns - oldest_ns) / 1e9);
  }
  if (!held_.empty()) ReleaseReady(now_ns);
  for (const RecordView& record : *records) Take(record, now_ns);
  if (batcher_.ShouldClose(now_ns, CurrentPace())) Close();
  Tick(now_ns);
  return absl::OkStatus();
}

void Pipeline::Take(const RecordView& read, uint64_t now_ns) {
  const RecordView record = environment_.Apply(read, &filtered_);
  ProcessImage& image = processes_.Apply(record);
  const uint16_t type = std::min<uint16_t>(record.type(), kTypes - 1);
  ++read_[type];
  // A process that was there before is known now; nobody judges it.
  if (!wanted_[type] || type == EYRIE_EVENT_task) return;
  const bool may_be_ready =
      !held_.empty() && cgroups_.generation() != seen_generation_;
  if (may_be_ready) ReleaseReady(now_ns);
  Place(record, &image, /*may_wait=*/true, now_ns);
}

void Pipeline::Place(const RecordView& record, ProcessImage* image,
                     bool may_wait, uint64_t now_ns) {
  CgroupEntry* cgroup = cgroups_.Locate(record, *image, now_ns);
  if (cgroup != nullptr && cgroup->container != nullptr) {
    const AwaitedContainer& container = *cgroup->container;
    if (may_wait && container.MustWait(now_ns)) {
      Hold(record, container.key, now_ns);
      return;
    }
    if (container.is_pending) cgroups_.GiveUp(container.key);
    // What came before it goes before it.
    if (held_.Has(container.key)) Release(container.key, may_wait, now_ns);
  }
  AddToBatch(record, image, cgroup, now_ns);
}

void Pipeline::AddToBatch(const RecordView& record, ProcessImage* image,
                          CgroupEntry* cgroup, uint64_t now_ns) {
  if (batcher_.Add(record, image, cgroup, now_ns)) return;
  Close();
  batcher_.Add(record, image, cgroup, now_ns);
}

void Pipeline::Hold(const RecordView& record, const std::string& container,
                    uint64_t now_ns) {
  held_.Add(container, record);
  while (held_.bytes() > max_held_bytes_) GiveUp(held_.Largest(), now_ns);
}

void Pipeline::GiveUp(const std::string& container, uint64_t now_ns) {
  cgroups_.GiveUp(container);
  Release(container, /*may_wait=*/false, now_ns);
}

void Pipeline::Release(const std::string& container, bool may_wait,
                       uint64_t now_ns) {
  const std::string records = held_.Take(container);
  absl::string_view rest = records;
  while (!rest.empty()) {
    const RecordView record = RecordView::Trusted(rest.data());
    rest.remove_prefix(record.size());
    Place(record, &processes_.Acting(record), may_wait, now_ns);
  }
}

void Pipeline::ReleaseReady(uint64_t now_ns) {
  seen_generation_ = cgroups_.generation();
  for (const std::string& container : held_.Containers()) {
    if (cgroups_.MustWait(container, now_ns)) continue;
    Release(container, /*may_wait=*/true, now_ns);
  }
}

void Pipeline::Flush() {
  const uint64_t now_ns = deps_.clock->BootNs();
  for (const std::string& container : held_.Containers()) {
    GiveUp(container, now_ns);
  }
  if (!batcher_.empty()) Close();
  PublishStats();
}

void Pipeline::Close() {
  Batch batch = batcher_.Close(ClockOffset());
  counted_.records += batch.records;
  ++counted_.batches;
  counted_.batch_bytes += batch.body.size();
  deps_.on_closed(batch);
  deps_.spool->Add(std::move(batch));
  deps_.on_spooled();
}

Pace Pipeline::CurrentPace() const {
  if (!deps_.is_connected()) return Pace::kAway;
  return deps_.spool->empty() ? Pace::kIdle : Pace::kAwaiting;
}

int64_t Pipeline::ClockOffset() {
  const int64_t measured = deps_.clock->OffsetNs();
  if (std::abs(measured - clock_offset_ns_) > kClockNoiseNs) {
    clock_offset_ns_ = measured;
  }
  return clock_offset_ns_;
}

absl::Status Pipeline::SetEventTypes(const std::vector<std::string>& names) {
  std::vector<uint16_t> types;
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    const EventInfo* event = FindEvent(name);
    if (event == nullptr) {
      unknown.push_back(absl::StrCat("\"", name, "\""));
    } else {
      types.push_back(event->id);
    }
  }
  if (!unknown.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown event types ", absl::StrJoin(unknown, ", "),
                     "; is this collector older than the server?"));
  }
  EYRIE_RETURN_IF_ERROR(deps_.source->SetEventTypes(types));
  wanted_.reset();
  for (const uint16_t type : types) wanted_.set(type);
  return absl::OkStatus();
}

void Pipeline::Tick(uint64_t now_ns) {
  if (now_ns >= next_upkeep_ns_) {
    next_upkeep_ns_ = now_ns + Nanoseconds(kUpkeepInterval);
    processes_.Expire(now_ns);
    // Names in the batch that is open are the batch's already.
    users_.Refresh();
  }
  if (now_ns >= next_stats_ns_) {
    next_stats_ns_ = now_ns + Nanoseconds(kStatsInterval);
    PublishStats();
  }
}

void Pipeline::PublishStats() {
  counted_.read_by_type.clear();
  for (size_t type = 0; type < kTypes; ++type) {
    if (read_[type] > 0) {
      counted_.read_by_type.emplace_back(static_cast<uint16_t>(type),
                                         read_[type]);
    }
  }
  counted_.processes = processes_.stats();
  counted_.cgroups = cgroups_.stats();
  counted_.hold_back = held_.stats();
  absl::MutexLock lock(&mutex_);
  published_ = counted_;
}

PipelineStats Pipeline::stats() const {
  absl::MutexLock lock(&mutex_);
  return published_;
}

}  // namespace eyrie::collector

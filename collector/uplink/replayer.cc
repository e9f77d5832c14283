// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/replayer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

#include "proto/record_view.h"

namespace eyrie::collector {
namespace {

// How long a wait may keep from noticing `stop`.
constexpr absl::Duration kStopCheck = absl::Milliseconds(50);

// When the first record of a batch was made.
absl::Time RecordedAt(const v1::EventBatch& batch) {
  const auto record = RecordView::Check(batch.records());
  if (!record.ok()) return absl::InfinitePast();
  return absl::FromUnixNanos(static_cast<int64_t>(record->time_ns()) +
                             batch.clock_offset_ns());
}

}  // namespace

Batch ToBatch(v1::EventBatch message) {
  Batch batch;
  std::map<uint16_t, uint32_t> counts;
  absl::string_view rest = message.records();
  while (!rest.empty()) {
    const auto record = RecordView::Check(rest);
    if (!record.ok()) break;  // The server says so, too.
    ++counts[record->type()];
    ++batch.records;
    rest.remove_prefix(record->size());
  }
  batch.counts.assign(counts.begin(), counts.end());
  message.clear_run_id();
  message.clear_sequence();
  batch.body = message.SerializeAsString();
  return batch;
}

absl::Status Replayer::Run(const std::atomic<bool>& stop) {
  while (!stop) {
    absl::StatusOr<v1::EventBatch> message = recording_->Next();
    if (absl::IsOutOfRange(message.status())) return absl::OkStatus();
    if (!message.ok()) return message.status();
    if (options_.speed > 0 && !AwaitDue(RecordedAt(*message), stop)) break;
    Batch batch = ToBatch(*std::move(message));
    on_batch_(batch);
    while (!stop && !spool_->AddOrWait(&batch, absl::Now() + kStopCheck)) {
    }
  }
  return absl::OkStatus();
}

bool Replayer::AwaitDue(absl::Time recorded, const std::atomic<bool>& stop) {
  if (recorded == absl::InfinitePast()) return !stop;
  if (first_recorded_ == absl::InfiniteFuture()) {
    first_recorded_ = recorded;
    first_sent_ = absl::Now();
  }
  const absl::Time due =
      first_sent_ + (recorded - first_recorded_) / options_.speed;
  while (!stop) {
    const absl::Duration left = due - absl::Now();
    if (left <= absl::ZeroDuration()) return true;
    absl::SleepFor(std::min(left, kStopCheck));
  }
  return false;
}

}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/batcher.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "eyrie/v1/event.pb.h"

namespace eyrie::collector {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

// Everything of a batch but records, context and identity: the head of the
// records, their count and the clock offset.
constexpr size_t kFrameBytes = 32;

}  // namespace

Batcher::Batcher(const BatcherOptions& options, Enricher* enricher)
    : options_(options), enricher_(enricher) {
  assert(options.max_bytes >= EYRIE_MAX_RECORD_SIZE + kFrameBytes +
                                  kBatchIdentityBytes +
                                  Enricher::kLeastContextBytes);
}

bool Batcher::Add(const RecordView& record, ProcessImage* image,
                  CgroupEntry* cgroup, uint64_t now_ns) {
  const size_t limit = options_.max_bytes - kFrameBytes - kBatchIdentityBytes;
  const absl::string_view bytes = record.raw();
  const size_t before = context_.size();
  // What fits an empty batch: a full one is closed first, not cut down.
  enricher_->AppendContext(record, image, cgroup, limit - bytes.size(),
                           &context_);
  if (records_.size() + bytes.size() + context_.size() > limit) {
    assert(!empty());
    context_.resize(before);
    return false;
  }
  if (empty()) opened_ns_ = now_ns;
  records_.append(bytes.data(), bytes.size());
  ++count_;
  const uint16_t type = std::min<uint16_t>(record.type(), kTypes - 1);
  if (counts_[type]++ == 0) types_.push_back(type);
  return true;
}

absl::Duration Batcher::DelayOf(Pace pace) const {
  switch (pace) {
    case Pace::kIdle:
      return count_ > options_.max_quiet_records ? options_.awaiting_delay
                                                 : options_.idle_delay;
    case Pace::kAwaiting:
      return options_.awaiting_delay;
    case Pace::kAway:
      return options_.away_delay;
  }
  return options_.awaiting_delay;
}

bool Batcher::ShouldClose(uint64_t now_ns, Pace pace) const {
  return TimeToClose(now_ns, pace) <= absl::ZeroDuration();
}

absl::Duration Batcher::TimeToClose(uint64_t now_ns, Pace pace) const {
  if (empty()) return absl::InfiniteDuration();
  const uint64_t age_ns = now_ns > opened_ns_ ? now_ns - opened_ns_ : 0;
  return DelayOf(pace) - absl::Nanoseconds(static_cast<int64_t>(age_ns));
}

Batch Batcher::Close(int64_t clock_offset_ns) {
  Batch batch;
  batch.records = count_;
  batch.counts.reserve(types_.size());
  for (const uint16_t type : types_) {
    batch.counts.emplace_back(type, std::exchange(counts_[type], 0));
  }

  uint8_t frame[kFrameBytes];
  uint8_t* end = WireFormatLite::WriteUInt32ToArray(
      v1::EventBatch::kRecordCountFieldNumber, count_, frame);
  end = WireFormatLite::WriteSFixed64ToArray(
      v1::EventBatch::kClockOffsetNsFieldNumber, clock_offset_ns, end);
  end = WireFormatLite::WriteTagToArray(
      v1::EventBatch::kRecordsFieldNumber,
      WireFormatLite::WIRETYPE_LENGTH_DELIMITED, end);
  end = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(records_.size()), end);
  const auto frame_size = static_cast<size_t>(end - frame);
  assert(frame_size <= kFrameBytes);

  batch.body.reserve(context_.size() + frame_size + records_.size() +
                     kBatchIdentityBytes);
  batch.body.append(context_);
  batch.body.append(reinterpret_cast<const char*>(frame), frame_size);
  batch.body.append(records_);

  records_.clear();
  context_.clear();
  types_.clear();
  count_ = 0;
  enricher_->StartBatch();
  return batch;
}

}  // namespace eyrie::collector

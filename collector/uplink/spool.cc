// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/spool.h"

#include <algorithm>
#include <utility>

#include "collector/uplink/batch_identity.h"

namespace eyrie::collector {
bool Spool::Fits(size_t body_bytes) const {
  return stats_.bytes + body_bytes + kBatchIdentityBytes <= max_bytes_;
}

void Spool::Append(Batch batch) {
  auto spooled = std::make_shared<SpooledBatch>();
  spooled->sequence = ++stats_.last_sequence;
  spooled->records = batch.records;
  spooled->bytes = std::move(batch.body);
  AppendBatchIdentity(run_id_, spooled->sequence, &spooled->bytes);
  ++stats_.batches;
  stats_.bytes += spooled->bytes.size();
  stats_.records += spooled->records;
  batches_.push_back(std::move(spooled));
}

bool Spool::Add(Batch batch) {
  absl::MutexLock lock(&mutex_);
  if (!Fits(batch.body.size())) {
    ++stats_.refused_batches;
    for (const auto& [type, count] : batch.counts) refused_[type] += count;
    return false;
  }
  Append(std::move(batch));
  return true;
}

bool Spool::AddOrWait(Batch* batch, absl::Time deadline) {
  const size_t bytes = batch->body.size();
  absl::MutexLock lock(&mutex_);
  const auto fits = [this, bytes]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return Fits(bytes);
  };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&fits), deadline)) return false;
  Append(std::move(*batch));
  return true;
}

std::shared_ptr<const SpooledBatch> Spool::Get(uint64_t sequence) const {
  absl::MutexLock lock(&mutex_);
  if (batches_.empty() || sequence < batches_.front()->sequence ||
      sequence > batches_.back()->sequence) {
    return nullptr;
  }
  return batches_[sequence - batches_.front()->sequence];
}

uint64_t Spool::first_sequence() const {
  absl::MutexLock lock(&mutex_);
  return stats_.acked_sequence + 1;
}

void Spool::AckThrough(uint64_t sequence) {
  absl::MutexLock lock(&mutex_);
  stats_.acked_sequence =
      std::max(stats_.acked_sequence, std::min(sequence, stats_.last_sequence));
  while (!batches_.empty() &&
         batches_.front()->sequence <= stats_.acked_sequence) {
    --stats_.batches;
    stats_.bytes -= batches_.front()->bytes.size();
    stats_.records -= batches_.front()->records;
    batches_.pop_front();
  }
}

bool Spool::AwaitEmpty(absl::Time deadline) const {
  absl::MutexLock lock(&mutex_);
  const auto is_empty = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return batches_.empty();
  };
  return mutex_.AwaitWithDeadline(absl::Condition(&is_empty), deadline);
}

bool Spool::empty() const {
  absl::MutexLock lock(&mutex_);
  return batches_.empty();
}

SpoolStats Spool::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

std::map<uint16_t, uint64_t> Spool::refused() const {
  absl::MutexLock lock(&mutex_);
  return refused_;
}

}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0
//
// Batches that the server has not acknowledged yet.

#ifndef EYRIE_COLLECTOR_UPLINK_SPOOL_H_
#define EYRIE_COLLECTOR_UPLINK_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "collector/uplink/batch.h"

namespace eyrie::collector {

// A batch with its place in the run.
struct SpooledBatch {
  uint64_t sequence = 0;
  // A serialized v1::EventBatch.
  std::string bytes;
  uint32_t records = 0;
};

struct SpoolStats {
  uint64_t batches = 0;  // in the spool
  uint64_t bytes = 0;    // in the spool
  uint64_t records = 0;  // in the spool
  uint64_t last_sequence = 0;
  uint64_t acked_sequence = 0;
  uint64_t refused_batches = 0;
};

// Bounded. When it is full the newest batch is refused, not the oldest dropped:
// whoever cuts a node off can then not wash away what came before by making
// noise, the sequence has no holes, and what was sent stays until it is
// acknowledged. What is refused is counted by event type.
//
// Thread safety: all methods may be called from any thread.
class Spool {
 public:
  // `max_bytes` bounds the sum of the batches' bytes.
  Spool(uint64_t run_id, size_t max_bytes)
      : run_id_(run_id), max_bytes_(max_bytes) {}

  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Gives `batch` the next sequence and keeps it. False if it does not fit.
  bool Add(Batch batch);
  // The same, but waits for room until `deadline`. False, with nothing counted,
  // if there is none then.
  bool AddOrWait(Batch* batch, absl::Time deadline);

  // The batch of that sequence, or null if it is not there.
  std::shared_ptr<const SpooledBatch> Get(uint64_t sequence) const;
  // The first sequence that is or will be in the spool.
  uint64_t first_sequence() const;

  // Forgets what the server has. Sequences never given are ignored.
  void AckThrough(uint64_t sequence);

  // False if something was still there at `deadline`.
  bool AwaitEmpty(absl::Time deadline) const;
  bool empty() const;

  SpoolStats stats() const;
  // Records refused since the start, by event type.
  std::map<uint16_t, uint64_t> refused() const;

 private:
  bool Fits(size_t body_bytes) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void Append(Batch batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t run_id_;
  const size_t max_bytes_;
  mutable absl::Mutex mutex_;
  std::deque<std::shared_ptr<const SpooledBatch>> batches_
      ABSL_GUARDED_BY(mutex_);
  SpoolStats stats_ ABSL_GUARDED_BY(mutex_);
  std::map<uint16_t, uint64_t> refused_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_SPOOL_H_

// SPDX-License-Identifier: Apache-2.0
//
// Collects records into batches that stand alone.

#ifndef EYRIE_COLLECTOR_UPLINK_BATCHER_H_
#define EYRIE_COLLECTOR_UPLINK_BATCHER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "collector/enrich/cgroup_table.h"
#include "collector/enrich/enricher.h"
#include "collector/enrich/process_image.h"
#include "collector/uplink/batch.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::collector {

// What a batch would find if it closed now.
enum class Pace {
  kIdle,      // the server has everything
  kAwaiting,  // batches are on their way or wait for acknowledgements
  kAway,      // no server
};

struct BatcherOptions {
  // Most bytes of a closed batch with its identity.
  size_t max_bytes = kMaxBatchBytes;
  // At this age a batch closes. Idle: the first event of a quiet node should
  // not wait at all.
  absl::Duration idle_delay = absl::ZeroDuration();
  // A batch of more records than this is of a busy node and waits as if
  // acknowledgements were awaited: each batch costs both sides several context
  // switches, at 60,000 events a second most of their time.
  uint32_t max_quiet_records = 16;
  // While acknowledgements are awaited records gather: fewer, larger batches
  // cost both sides less.
  absl::Duration awaiting_delay = absl::Milliseconds(10);
  // Nobody waits for them, and each repeats what is known of its processes: so
  // the spool lasts longer.
  absl::Duration away_delay = absl::Milliseconds(250);
};

// Usage:
//
//   if (!batcher.Add(record, &image, cgroup, now_ns)) {
//     Send(batcher.Close(offset_ns));
//     batcher.Add(record, &image, cgroup, now_ns);
//   }
//   if (batcher.ShouldClose(now_ns, pace)) ...
//
// Thread safety: none; one thread.
class Batcher {
 public:
  // Borrows `enricher`, which serves no other batcher. REQUIRES: a batch can
  // hold any record with the least context.
  Batcher(const BatcherOptions& options, Enricher* enricher);

  // Adds `record`, in which `image` acts, in `cgroup` if that is known (else
  // null), and what a reader must know of it. False, with nothing added, if it
  // does not fit: Close() first. It always fits an empty batch.
  bool Add(const RecordView& record, ProcessImage* image, CgroupEntry* cgroup,
           uint64_t now_ns);

  bool empty() const { return count_ == 0; }
  // When the batch got its first record. REQUIRES: !empty().
  uint64_t opened_ns() const { return opened_ns_; }

  // Whether the batch is due at `now_ns`. Never, if it is empty.
  bool ShouldClose(uint64_t now_ns, Pace pace) const;
  // How long until it is; InfiniteDuration() if it is empty.
  absl::Duration TimeToClose(uint64_t now_ns, Pace pace) const;

  // Takes the batch and begins the next. `clock_offset_ns` makes times since
  // the epoch of the records' times. REQUIRES: !empty().
  Batch Close(int64_t clock_offset_ns);

 private:
  absl::Duration DelayOf(Pace pace) const;

  static constexpr size_t kTypes = EYRIE_EVENT_LIMIT;

  const BatcherOptions options_;
  Enricher* const enricher_;
  std::string records_;
  // Fields of the batch beside `records`, serialized.
  std::string context_;
  uint32_t count_ = 0;
  uint64_t opened_ns_ = 0;
  std::array<uint32_t, kTypes> counts_{};
  std::vector<uint16_t> types_;  // that are not 0 in counts_
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_BATCHER_H_

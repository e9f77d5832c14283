// SPDX-License-Identifier: Apache-2.0
//
// Deletes what is too old or too much.

#ifndef EYRIE_SERVER_STORAGE_RETENTION_H_
#define EYRIE_SERVER_STORAGE_RETENTION_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "server/storage/database.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"

namespace eyrie::server {

struct RetentionLimits {
  // Detections by the time of their event, incidents and gaps by when they were
  // last seen; an incident that somebody updated since stays as well.
  absl::Duration max_age = absl::InfiniteDuration();
  // On disk; 0: no limit.
  uint64_t max_bytes = 0;
  // Ack state of runs that sent nothing for so long. What such a run resends is
  // still known by the ids of its detections.
  absl::Duration max_ack_age = absl::Hours(24 * 30);
  // An incident that is not resolved and was seen within this time is never
  // deleted for size.
  absl::Duration live_grace = absl::Hours(24);
  // Items deleted in one write, during which commits wait: about 10 ms.
  size_t step = 1000;
};

// Deletes *by age* what is older than the limit. Then, if the database is
// larger than max_bytes, *by size* the oldest detections, as many as it takes
// to come down to nine tenths of max_bytes, with the incidents and gaps of that
// time; and compacts, so that the disk is really free afterwards.
//
// Thread safety: any thread, one at a time.
absl::StatusOr<Store::RetentionResult> DeleteExpired(
    Database* database, StoreStats& stats, absl::Time now,
    const RetentionLimits& limits);

// Bytes of the database on disk and in memtables.
uint64_t ApproximateBytes(const Database& database);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_RETENTION_H_

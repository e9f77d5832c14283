// SPDX-License-Identifier: Apache-2.0
//
// What the store counts.

#ifndef EYRIE_SERVER_STORAGE_STORE_STATS_H_
#define EYRIE_SERVER_STORAGE_STORE_STATS_H_

#include <atomic>
#include <cstdint>

namespace eyrie::server {

// Counters since the store was opened, to be read at any time.
struct StoreStats {
  std::atomic<uint64_t> commits{0};
  // Of these, how many waited for the disk.
  std::atomic<uint64_t> synced_commits{0};
  std::atomic<uint64_t> failed_commits{0};
  // Time spent in successful commits, nanoseconds.
  std::atomic<uint64_t> commit_nanoseconds{0};
  std::atomic<uint64_t> committed_bytes{0};
  std::atomic<uint64_t> detections{0};
  // Detections that were stored already.
  std::atomic<uint64_t> duplicate_detections{0};
  // Versions of incidents.
  std::atomic<uint64_t> incidents{0};

  std::atomic<uint64_t> queries{0};
  // Index entries that queries looked at.
  std::atomic<uint64_t> scanned_entries{0};
  // Values that a query left out since they could not be decoded.
  std::atomic<uint64_t> undecodable_values{0};

  // Deleted by retention.
  std::atomic<uint64_t> expired_detections{0};
  std::atomic<uint64_t> expired_incidents{0};
  std::atomic<uint64_t> expired_gaps{0};
  std::atomic<uint64_t> expired_acks{0};

  std::atomic<uint64_t> backups{0};
  std::atomic<uint64_t> failed_backups{0};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_STORE_STATS_H_

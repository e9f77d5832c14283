// SPDX-License-Identifier: Apache-2.0
//
// What the writer of incidents counts.

#ifndef EYRIE_SERVER_INCIDENTS_INCIDENT_WRITER_STATS_H_
#define EYRIE_SERVER_INCIDENTS_INCIDENT_WRITER_STATS_H_

#include <atomic>
#include <cstdint>

namespace eyrie::server {

// Counters since the start, to be read at any time.
struct IncidentWriterStats {
  std::atomic<uint64_t> batches{0};
  // Batches that were durable before they were submitted.
  std::atomic<uint64_t> duplicate_batches{0};
  // Detections that became durable.
  std::atomic<uint64_t> detections{0};
  // Detections that were durable before, in a batch that was not.
  std::atomic<uint64_t> duplicate_detections{0};
  std::atomic<uint64_t> incidents_opened{0};
  // Incidents that further detections were added to, once a commit.
  std::atomic<uint64_t> incidents_continued{0};
  // Processes added to incidents of other sources, and those left out: the
  // incident was full, had them, or was not live.
  std::atomic<uint64_t> linked_processes{0};
  std::atomic<uint64_t> links_left_out{0};
  // By operators.
  std::atomic<uint64_t> incidents_updated{0};
  std::atomic<uint64_t> gaps{0};
  // Gaps that continued one that was there.
  std::atomic<uint64_t> merged_gaps{0};

  // Groups of batches that were written as one.
  std::atomic<uint64_t> groups{0};
  // Attempts to read or write the store that failed; all are repeated.
  std::atomic<uint64_t> store_errors{0};
  // 1 while the store cannot be written and everything waits.
  std::atomic<uint64_t> is_blocked{0};
  // Submissions that had to wait for room in the queue.
  std::atomic<uint64_t> queue_waits{0};
  // Batches that shutdown left unwritten; their nodes send them again.
  std::atomic<uint64_t> abandoned_batches{0};

  // Lookups of live incidents in memory, and those that had to go to the store.
  std::atomic<uint64_t> cache_hits{0};
  std::atomic<uint64_t> cache_misses{0};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_INCIDENT_WRITER_STATS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Remembers the events that were judged lately.

#ifndef EYRIE_SERVER_INGEST_SEEN_EVENTS_H_
#define EYRIE_SERVER_INGEST_SEEN_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace eyrie::server {

// 128 bits of an event's identity. Whoever makes events cannot make two that
// have the same: it is half of a SHA-256.
using EventKey = std::pair<uint64_t, uint64_t>;

EventKey MakeEventKey(absl::string_view source, absl::string_view identity);

// The oldest are forgotten first. An event that was forgotten is judged again,
// which makes no second detection: the ids of detections are the same.
//
// Thread safety: all methods may be called from any thread.
class SeenEvents {
 public:
  // REQUIRES: capacity > 0. An event takes about 50 bytes.
  explicit SeenEvents(size_t capacity) : capacity_(capacity) {}

  bool Has(const EventKey& key) const;
  void Add(const std::vector<EventKey>& keys);
  size_t size() const;

 private:
  const size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<EventKey> keys_ ABSL_GUARDED_BY(mutex_);
  // Oldest first.
  std::deque<EventKey> order_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_SEEN_EVENTS_H_

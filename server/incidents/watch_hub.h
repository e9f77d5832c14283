// SPDX-License-Identifier: Apache-2.0
//
// Tells live watchers what changed, without ever waiting for them.

#ifndef EYRIE_SERVER_INCIDENTS_WATCH_HUB_H_
#define EYRIE_SERVER_INCIDENTS_WATCH_HUB_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

namespace eyrie::server {

// One change of one incident.
struct IncidentChange {
  uint64_t number = 0;  // counts changes since the server started, from 1
  v1::Incident incident;
  std::shared_ptr<const v1::Detection> detection;  // may be null
};

// Keeps the last `history` changes, and at most kMaxHistoryBytes of them, for
// watchers that come back with a token. A watcher that is slower than that
// misses changes, and is told how many.
//
// Thread safety: all methods may be called from any thread.
class WatchHub {
 public:
  // A change is an incident and a detection, a few KiB; this is room for the
  // usual history with ten times as much.
  static constexpr size_t kMaxHistoryBytes = size_t{64} << 20;

  // `epoch` tells runs of the server apart in resume tokens.
  // REQUIRES: history > 0.
  explicit WatchHub(uint64_t epoch, size_t history = 4096);

  // Numbers `changes` and hands them to all watchers.
  void Publish(std::vector<IncidentChange> changes);

  // Changes after `token` (empty: from now on), at most `max`, waiting until
  // there is one or `deadline`. Moves `token`. `dropped` gets how many changes
  // were gone from the history already. kOutOfRange: the token is of another
  // run of the server; kInvalidArgument: it is none; kCancelled after Stop().
  // None by the deadline is an empty result; the token is good also then.
  absl::StatusOr<std::vector<std::shared_ptr<const IncidentChange>>> Next(
      std::string& token, size_t max, absl::Time deadline, uint64_t* dropped);

  // Wakes every watcher with kCancelled.
  void Stop();

 private:
  std::string Token(uint64_t last_seen) const;
  absl::StatusOr<uint64_t> LastSeen(absl::string_view token) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasNews(uint64_t last_seen) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t epoch_;
  const size_t history_;
  absl::Mutex mutex_;
  uint64_t next_number_ ABSL_GUARDED_BY(mutex_) = 1;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  // Consecutive numbers, the last one next_number_ - 1.
  std::deque<std::shared_ptr<const IncidentChange>> changes_
      ABSL_GUARDED_BY(mutex_);
  // Size of each of changes_, and of all.
  std::deque<size_t> sizes_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_WATCH_HUB_H_

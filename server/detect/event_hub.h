// SPDX-License-Identifier: Apache-2.0
//
// Hands events to live watchers, without ever waiting for them.

#ifndef EYRIE_SERVER_DETECT_EVENT_HUB_H_
#define EYRIE_SERVER_DETECT_EVENT_HUB_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"

#include "rules/fields/event.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::server {

// One live watcher: a condition, and a queue of events that it held for.
//
// Thread safety: all methods may be called from any thread.
class EventWatcher {
 public:
  // Events that wait for a slow client; older ones go first. At about 4 KiB
  // each that is 4 MiB a watcher.
  static constexpr size_t kMaxQueue = 1024;

  // `filter` null: every event. `node` empty: every node.
  EventWatcher(std::shared_ptr<const rules::RuleSet> filter, std::string node)
      : filter_(std::move(filter)), node_(std::move(node)) {}

  // Queues `event` if the watcher wants it.
  void Offer(const rules::Event& event);

  // The next event, or null after `deadline`. `dropped` gets how many were
  // dropped in all.
  std::unique_ptr<v1::Event> Next(absl::Time deadline, uint64_t* dropped);

  const rules::RuleSet* filter() const { return filter_.get(); }

 private:
  bool Wants(const rules::Event& event);

  const std::shared_ptr<const rules::RuleSet> filter_;
  const std::string node_;
  absl::Mutex mutex_;
  std::unique_ptr<rules::EvaluationState> state_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::unique_ptr<v1::Event>> queue_ ABSL_GUARDED_BY(mutex_);
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Thread safety: all methods may be called from any thread.
class EventHub {
 public:
  using WatcherList = std::vector<std::shared_ptr<EventWatcher>>;
  // Each costs an evaluation per event.
  static constexpr size_t kMaxWatchers = 32;

  EventHub();

  // kResourceExhausted beyond kMaxWatchers.
  absl::Status Add(std::shared_ptr<EventWatcher> watcher);
  void Remove(const EventWatcher* watcher);

  // A snapshot, cheap when nobody watches.
  std::shared_ptr<const WatcherList> Watchers() const;

  // Event types that watchers need, by id, ascending.
  std::vector<uint16_t> EventTypes() const;

  // Called after each Add and Remove, on the thread that made it.
  void OnChange(std::function<void()> listener);

 private:
  void Replace(WatcherList list) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::shared_ptr<const WatcherList> watchers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_EVENT_HUB_H_

// SPDX-License-Identifier: Apache-2.0
//
// Containers that a runtime is to be asked for, in order of urgency.

#ifndef EYRIE_COLLECTOR_CONTAINERS_LOOKUP_QUEUE_H_
#define EYRIE_COLLECTOR_CONTAINERS_LOOKUP_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eyrie::collector {

struct Lookup {
  std::string id;
  // Whether somebody waits for the answer.
  bool is_urgent = false;
};

// Two queues: those that events wait for, and those that the runtime told of
// by itself. Each holds an id once.
//
// Thread safety: all methods may be called from any thread.
class LookupQueue {
 public:
  // REQUIRES: capacity > 0, of each of the two.
  explicit LookupQueue(size_t capacity) : capacity_(capacity) {}

  // False if the id cannot be taken because the queue is full; counted.
  bool Push(const std::string& id, bool is_urgent);

  // The next one, the urgent first; waits for one until `deadline`. Nothing if
  // there is none by then, if it is closed, or for one who `is_woken`, after
  // Wake(). None is given while it is paused.
  std::optional<Lookup> Pop(absl::Time deadline, bool is_woken);

  // Lets one who waits in Pop() to be woken go, or the next such who comes.
  void Wake();
  // Lets all go, now and from now on.
  void Close();
  // Paused at first.
  void SetPaused(bool is_paused);
  // Empties it. Returns the urgent ones, so that they are answered.
  std::vector<std::string> TakeAll();

  // Ids that found the queue full.
  uint64_t dropped() const;

 private:
  struct Queue {
    std::deque<std::string> order;
    absl::flat_hash_set<std::string> ids;
  };

  static std::optional<std::string> Take(Queue* queue);

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::CondVar has_changed_;
  Queue urgent_ ABSL_GUARDED_BY(mutex_);
  Queue others_ ABSL_GUARDED_BY(mutex_);
  bool is_paused_ ABSL_GUARDED_BY(mutex_) = true;
  bool is_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_wake_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_LOOKUP_QUEUE_H_

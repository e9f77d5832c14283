// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/lookup_queue.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eyrie::collector {

bool LookupQueue::Push(const std::string& id, bool is_urgent) {
  absl::MutexLock lock(&mutex_);
  Queue& queue = is_urgent ? urgent_ : others_;
  if (queue.ids.contains(id)) return true;
  if (queue.order.size() >= capacity_) {
    ++dropped_;
    return false;
  }
  queue.order.push_back(id);
  queue.ids.insert(id);
  // All: one alone might leave for a wake.
  has_changed_.SignalAll();
  return true;
}

std::optional<std::string> LookupQueue::Take(Queue* queue) {
  if (queue->order.empty()) return std::nullopt;
  std::string id = std::move(queue->order.front());
  queue->order.pop_front();
  queue->ids.erase(id);
  return id;
}

std::optional<Lookup> LookupQueue::Pop(absl::Time deadline, bool is_woken) {
  absl::MutexLock lock(&mutex_);
  while (!is_closed_) {
    if (is_woken && std::exchange(has_wake_, false)) return std::nullopt;
    if (!is_paused_) {
      if (auto id = Take(&urgent_)) return Lookup{*std::move(id), true};
      if (auto id = Take(&others_)) return Lookup{*std::move(id), false};
    }
    if (has_changed_.WaitWithDeadline(&mutex_, deadline)) break;
  }
  return std::nullopt;
}

void LookupQueue::Wake() {
  absl::MutexLock lock(&mutex_);
  has_wake_ = true;
  has_changed_.SignalAll();
}

void LookupQueue::Close() {
  absl::MutexLock lock(&mutex_);
  is_closed_ = true;
  has_changed_.SignalAll();
}

void LookupQueue::SetPaused(bool is_paused) {
  absl::MutexLock lock(&mutex_);
  is_paused_ = is_paused;
  has_changed_.SignalAll();
}

std::vector<std::string> LookupQueue::TakeAll() {
  absl::MutexLock lock(&mutex_);
  const std::vector<std::string> ids(urgent_.order.begin(),
                                     urgent_.order.end());
  urgent_ = Queue();
  others_ = Queue();
  return ids;
}

uint64_t LookupQueue::dropped() const {
  absl::MutexLock lock(&mutex_);
  return dropped_;
}

}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "server/detect/event_hub.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "server/detect/event_renderer.h"

namespace eyrie::server {

bool EventWatcher::Wants(const rules::Event& event) {
  if (!node_.empty() && node_ != event.node) return false;
  if (filter_ == nullptr) return true;
  absl::MutexLock lock(&mutex_);
  if (state_ == nullptr) state_ = filter_->NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  filter_->Match(event, *state_, matches);
  return !matches.empty();
}

void EventWatcher::Offer(const rules::Event& event) {
  if (!Wants(event)) return;
  auto rendered = std::make_unique<v1::Event>();
  RenderEvent(event, rendered.get());
  RenderRecord(event, rendered.get());
  absl::MutexLock lock(&mutex_);
  if (queue_.size() >= kMaxQueue) {
    queue_.pop_front();
    ++dropped_;
  }
  queue_.push_back(std::move(rendered));
}

std::unique_ptr<v1::Event> EventWatcher::Next(absl::Time deadline,
                                              uint64_t* dropped) {
  absl::MutexLock lock(&mutex_);
  const auto has_event = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !queue_.empty();
  };
  const bool found =
      mutex_.AwaitWithDeadline(absl::Condition(&has_event), deadline);
  *dropped = dropped_;
  if (!found) return nullptr;
  std::unique_ptr<v1::Event> event = std::move(queue_.front());
  queue_.pop_front();
  return event;
}

EventHub::EventHub() : watchers_(std::make_shared<WatcherList>()) {}

absl::Status EventHub::Add(std::shared_ptr<EventWatcher> watcher) {
  std::vector<std::function<void()>> listeners;
  {
    absl::MutexLock lock(&mutex_);
    if (watchers_->size() >= kMaxWatchers) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the server serves ", kMaxWatchers,
                       " event watchers already; end one of them"));
    }
    WatcherList list = *watchers_;
    list.push_back(std::move(watcher));
    Replace(std::move(list));
    listeners = listeners_;
  }
  for (const auto& listener : listeners) listener();
  return absl::OkStatus();
}

void EventHub::Remove(const EventWatcher* watcher) {
  std::vector<std::function<void()>> listeners;
  {
    absl::MutexLock lock(&mutex_);
    WatcherList list = *watchers_;
    list.erase(std::remove_if(list.begin(), list.end(),
                              [watcher](const auto& candidate) {
                                return candidate.get() == watcher;
                              }),
               list.end());
    Replace(std::move(list));
    listeners = listeners_;
  }
  for (const auto& listener : listeners) listener();
}

void EventHub::Replace(WatcherList list) {
  watchers_ = std::make_shared<const WatcherList>(std::move(list));
}

std::shared_ptr<const EventHub::WatcherList> EventHub::Watchers() const {
  absl::MutexLock lock(&mutex_);
  return watchers_;
}

std::vector<uint16_t> EventHub::EventTypes() const {
  const auto watchers = Watchers();
  std::set<uint16_t> types;
  for (const auto& watcher : *watchers) {
    if (watcher->filter() == nullptr) continue;
    const auto wanted = watcher->filter()->event_types();
    types.insert(wanted.begin(), wanted.end());
  }
  return {types.begin(), types.end()};
}

void EventHub::OnChange(std::function<void()> listener) {
  absl::MutexLock lock(&mutex_);
  listeners_.push_back(std::move(listener));
}

}  // namespace eyrie::server

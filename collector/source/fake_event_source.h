// SPDX-License-Identifier: Apache-2.0
//
// A source of records that a test plays.

#ifndef EYRIE_COLLECTOR_SOURCE_FAKE_EVENT_SOURCE_H_
#define EYRIE_COLLECTOR_SOURCE_FAKE_EVENT_SOURCE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "collector/source/event_source.h"
#include "proto/record_view.h"

namespace eyrie::collector {

// Gives what is pushed, each push as one Poll().
//
// Thread safety: what a test calls may be called from any thread, the rest as
// EventSource.
class FakeEventSource : public EventSource {
 public:
  // For the test. -------------------------------------------------------------

  // `records` as RecordBuilder::Build() makes them.
  void Push(std::vector<std::string> records) {
    absl::MutexLock lock(&mutex_);
    pushed_.push_back(std::move(records));
  }
  // After what was pushed, Poll() returns `status`; kOutOfRange is the end.
  void End(const absl::Status& status = absl::OutOfRangeError("the end")) {
    absl::MutexLock lock(&mutex_);
    end_ = status;
  }
  void SetLosses(std::vector<SourceLoss> losses) {
    absl::MutexLock lock(&mutex_);
    losses_ = std::move(losses);
  }
  void FailStart(const absl::Status& status) { start_ = status; }
  void FailSetEventTypes(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    set_event_types_ = status;
  }
  // What SetEventTypes() was called with last.
  std::vector<uint16_t> event_types() const {
    absl::MutexLock lock(&mutex_);
    return event_types_;
  }

  // EventSource --------------------------------------------------------------

  absl::Status Start() override { return start_; }

  absl::StatusOr<absl::Span<const RecordView>> Poll(
      absl::Duration timeout) override {
    absl::MutexLock lock(&mutex_);
    const auto has_something = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !pushed_.empty() || !end_.ok();
    };
    mutex_.AwaitWithTimeout(absl::Condition(&has_something), timeout);
    views_.clear();
    if (pushed_.empty()) {
      if (!end_.ok()) return end_;
      return absl::Span<const RecordView>(views_);
    }
    current_ = std::move(pushed_.front());
    pushed_.pop_front();
    for (const std::string& record : current_) {
      views_.push_back(RecordView::Trusted(record.data()));
    }
    return absl::Span<const RecordView>(views_);
  }

  absl::Status SetEventTypes(absl::Span<const uint16_t> types) override {
    absl::MutexLock lock(&mutex_);
    if (!set_event_types_.ok()) return set_event_types_;
    event_types_.assign(types.begin(), types.end());
    return absl::OkStatus();
  }

  std::vector<SourceLoss> Losses() const override {
    absl::MutexLock lock(&mutex_);
    return losses_;
  }

  std::string name() const override { return "fake"; }

 private:
  absl::Status start_;
  mutable absl::Mutex mutex_;
  std::deque<std::vector<std::string>> pushed_ ABSL_GUARDED_BY(mutex_);
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  absl::Status set_event_types_ ABSL_GUARDED_BY(mutex_);
  std::vector<SourceLoss> losses_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint16_t> event_types_ ABSL_GUARDED_BY(mutex_);
  // What the views of the last Poll() point into.
  std::vector<std::string> current_;
  std::vector<RecordView> views_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_FAKE_EVENT_SOURCE_H_

// SPDX-License-Identifier: Apache-2.0
//
// The API of a container runtime that a test plays.

#ifndef EYRIE_COLLECTOR_CONTAINERS_TESTING_FAKE_RUNTIME_API_H_
#define EYRIE_COLLECTOR_CONTAINERS_TESTING_FAKE_RUNTIME_API_H_

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "collector/containers/runtime_api.h"

namespace eyrie::collector {

// Has the containers that the test puts there; fails when it is told to.
//
// Thread safety: all methods may be called from any thread.
class FakeRuntimeApi : public RuntimeApi {
 public:
  // For the test.
  // ---------------------------------------------------------------

  void Put(const std::string& id, bool is_partial = false) {
    absl::MutexLock lock(&mutex_);
    containers_[id] = is_partial;
  }
  // What every call returns from now on, Watch() included; ok: works again.
  void Fail(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    failure_ = status;
  }
  void Tell(RuntimeEvent event) {
    absl::MutexLock lock(&mutex_);
    events_.push_back(std::move(event));
  }
  void SetEvents(bool has_events) {
    absl::MutexLock lock(&mutex_);
    has_events_ = has_events;
  }
  int inspections() const {
    absl::MutexLock lock(&mutex_);
    return inspections_;
  }

  // RuntimeApi
  // ------------------------------------------------------------------

  bool MayKnow(const std::string& id) const override { return id != "never"; }
  absl::StatusOr<RuntimeVersion> Connect() override {
    const absl::Status status = Check();
    if (!status.ok()) return status;
    return RuntimeVersion{"fake", "1.0"};
  }
  absl::Status Check() override {
    absl::MutexLock lock(&mutex_);
    return failure_;
  }
  absl::StatusOr<std::vector<std::string>> List() override {
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<std::string> ids;
    for (const auto& [id, is_partial] : containers_) ids.push_back(id);
    return ids;
  }
  absl::StatusOr<KnownContainer> Inspect(const std::string& id) override {
    absl::MutexLock lock(&mutex_);
    ++inspections_;
    if (!failure_.ok()) return failure_;
    const auto found = containers_.find(id);
    if (found == containers_.end()) return absl::NotFoundError("none");
    KnownContainer known;
    known.container.set_id(id);
    known.is_partial = found->second;
    return known;
  }
  absl::Status Watch(
      const std::function<void(RuntimeEvent)>& on_event) override {
    absl::MutexLock lock(&mutex_);
    if (!has_events_) return absl::UnimplementedError("no events");
    while (true) {
      mutex_.Await(absl::Condition(this, &FakeRuntimeApi::HasNews));
      if (is_interrupted_) return absl::CancelledError("interrupted");
      if (absl::IsUnavailable(failure_)) return failure_;
      const RuntimeEvent event = std::move(events_.front());
      events_.pop_front();
      mutex_.Unlock();
      on_event(event);
      mutex_.Lock();
    }
  }
  void Interrupt() override {
    absl::MutexLock lock(&mutex_);
    is_interrupted_ = true;
  }

 private:
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_interrupted_ || absl::IsUnavailable(failure_) || !events_.empty();
  }

  mutable absl::Mutex mutex_;
  std::map<std::string, bool> containers_ ABSL_GUARDED_BY(mutex_);
  std::deque<RuntimeEvent> events_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  bool has_events_ ABSL_GUARDED_BY(mutex_) = true;
  bool is_interrupted_ ABSL_GUARDED_BY(mutex_) = false;
  int inspections_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_TESTING_FAKE_RUNTIME_API_H_

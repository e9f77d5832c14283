// SPDX-License-Identifier: Apache-2.0
//
// A queue between threads that never grows beyond its capacity.

#ifndef EYRIE_COMMON_BOUNDED_QUEUE_H_
#define EYRIE_COMMON_BOUNDED_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eyrie {

// First in, first out. Any number of threads push and pop.
//
// Thread safety: all methods may be called from any thread. Destroy only when
// no thread is inside one.
template <typename T>
class BoundedQueue {
 public:
  // REQUIRES: capacity > 0.
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

  // Waits while the queue is full. False, and `value` is gone, if the queue is
  // or becomes closed.
  bool Push(T value) {
    absl::MutexLock lock(&mutex_);
    while (values_.size() >= capacity_ && !is_closed_) {
      has_room_.Wait(&mutex_);
    }
    if (is_closed_) return false;
    values_.push_back(std::move(value));
    has_value_.Signal();
    return true;
  }

  // Never waits. False, and `value` is dropped and counted, if the queue is
  // full; false if it is closed.
  bool TryPush(T value) {
    absl::MutexLock lock(&mutex_);
    if (is_closed_) return false;
    if (values_.size() >= capacity_) {
      ++dropped_;
      return false;
    }
    values_.push_back(std::move(value));
    has_value_.Signal();
    return true;
  }

  // The oldest value; waits for one until `deadline`. Nothing if there is none
  // by then, or if the queue is closed and empty.
  std::optional<T> Pop(absl::Time deadline = absl::InfiniteFuture()) {
    absl::MutexLock lock(&mutex_);
    while (values_.empty() && !is_closed_) {
      if (has_value_.WaitWithDeadline(&mutex_, deadline)) break;
    }
    if (values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    has_room_.Signal();
    return value;
  }

  // Refuses values from now on and wakes all who wait. What is in the queue can
  // still be popped.
  void Close() {
    absl::MutexLock lock(&mutex_);
    is_closed_ = true;
    has_room_.SignalAll();
    has_value_.SignalAll();
  }

  bool is_closed() const {
    absl::MutexLock lock(&mutex_);
    return is_closed_;
  }
  size_t size() const {
    absl::MutexLock lock(&mutex_);
    return values_.size();
  }
  size_t capacity() const { return capacity_; }
  // Values that TryPush() dropped because the queue was full.
  uint64_t dropped() const {
    absl::MutexLock lock(&mutex_);
    return dropped_;
  }

 private:
  const size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::CondVar has_value_;
  absl::CondVar has_room_;
  std::deque<T> values_ ABSL_GUARDED_BY(mutex_);
  bool is_closed_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_BOUNDED_QUEUE_H_

// SPDX-License-Identifier: Apache-2.0
//
// A fixed set of threads that judge batches.

#ifndef EYRIE_SERVER_INGEST_WORK_POOL_H_
#define EYRIE_SERVER_INGEST_WORK_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace eyrie::server {

// The queue needs no bound of its own: every session has at most one task in it
// (session.h), and sessions are bounded by the nodes.
//
// Thread safety: all methods may be called from any thread.
class WorkPool {
 public:
  explicit WorkPool(size_t threads);
  // Runs what is queued, then stops.
  ~WorkPool();

  void Schedule(std::function<void()> task);
  size_t queue_length() const;

 private:
  void Run();

  mutable absl::Mutex mutex_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_WORK_POOL_H_

// SPDX-License-Identifier: Apache-2.0
//
// What needs an API that does exactly as told; cluster_watch_test.cc has the
// protocol.

#include "server/kubernetes/resource_watcher.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/clock.h"

namespace eyrie::server {
namespace {

// Counts calls. Lists are empty, watches fail at once.
class FailingWatches : public KubernetesApi {
 public:
  absl::Status Get(const ApiRequest& request, ApiSink sink) override {
    absl::MutexLock lock(&mutex_);
    ++calls_;
    if (request.path.find("watch=1") != std::string::npos) {
      return absl::UnavailableError("no");
    }
    return sink(R"({"metadata": {"resourceVersion": "1"}, "items": []})");
  }
  void Cancel() override {}

  // Waits until there were that many.
  bool AwaitCalls(int count) {
    absl::MutexLock lock(&mutex_);
    const auto is_done = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return calls_ >= count;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&is_done),
                                   absl::Seconds(20));
  }
  int calls() {
    absl::MutexLock lock(&mutex_);
    return calls_;
  }

 private:
  absl::Mutex mutex_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(ResourceWatcherTest, WaitsBetweenAttemptsUnlessToldToRetry) {
  PodDirectory directory({}, Clock::Real());
  auto owned = std::make_unique<FailingWatches>();
  FailingWatches* const api = owned.get();
  WatcherOptions options;
  options.min_backoff = options.max_backoff = absl::Hours(1);
  ResourceWatcher watcher(ResourceKind::kPod, std::move(owned), &directory,
                          options);
  ASSERT_TRUE(api->AwaitCalls(2));  // a list and a watch
  EXPECT_EQ(api->calls(), 2);
  watcher.Retry();
  // The watch alone: the list is known.
  EXPECT_TRUE(api->AwaitCalls(3));
  EXPECT_EQ(watcher.stats().lists, 1u);
}

}  // namespace
}  // namespace eyrie::server

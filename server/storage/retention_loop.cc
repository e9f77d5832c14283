// SPDX-License-Identifier: Apache-2.0

#include "server/storage/retention_loop.h"

#include "common/logging.h"

namespace eyrie::server {

RetentionLoop::RetentionLoop(Store* store, const Clock* clock,
                             RetentionLoopOptions options)
    : store_(store),
      clock_(clock),
      options_(options),
      thread_([this] { Run(); }) {}

RetentionLoop::~RetentionLoop() {
  stop_.Notify();
  thread_.join();
}

void RetentionLoop::Run() {
  do {
    const auto result = store_->ApplyRetention(clock_->Now(), options_.max_age,
                                               options_.max_bytes);
    if (!result.ok()) {
      LogError("retention failed", {{"error", result.status().ToString()}});
    } else if (result->detections + result->incidents + result->gaps > 0) {
      LogInfo("retention deleted the oldest",
              {{"detections", result->detections},
               {"incidents", result->incidents},
               {"gaps", result->gaps}});
    }
  } while (!stop_.WaitForNotificationWithTimeout(options_.interval));
}

}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0
//
// Deletes what is too old or too much, again and again.

#ifndef EYRIE_SERVER_STORAGE_RETENTION_LOOP_H_
#define EYRIE_SERVER_STORAGE_RETENTION_LOOP_H_

#include <cstdint>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "server/storage/store.h"

namespace eyrie::server {

struct RetentionLoopOptions {
  absl::Duration interval;
  absl::Duration max_age;
  uint64_t max_bytes = 0;  // 0: no limit
};

// Owns a thread. Applies retention once at the start and then every interval.
class RetentionLoop {
 public:
  // Borrows both.
  RetentionLoop(Store* store, const Clock* clock, RetentionLoopOptions options);
  // Stops after the step under way.
  ~RetentionLoop();

 private:
  void Run();

  Store* const store_;
  const Clock* const clock_;
  const RetentionLoopOptions options_;
  absl::Notification stop_;
  std::thread thread_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_RETENTION_LOOP_H_

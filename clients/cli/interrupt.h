// SPDX-License-Identifier: Apache-2.0
//
// Ends watches on Ctrl-C.

#ifndef EYRIE_CLIENTS_CLI_INTERRUPT_H_
#define EYRIE_CLIENTS_CLI_INTERRUPT_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eyrie::cli {

// While it lives, the first SIGINT or SIGTERM calls `on_interrupt`, on a thread
// of its own; the second has its usual effect.
//
// One at a time. Thread safety: all methods may be called from any thread.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> on_interrupt);
  ~Interrupt();

  // Waits at most `duration`. Returns whether there was an interrupt.
  bool WaitFor(absl::Duration duration);
  bool happened() { return WaitFor(absl::ZeroDuration()); }

 private:
  void Run();

  const std::function<void()> on_interrupt_;
  absl::Mutex mutex_;
  bool has_happened_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_INTERRUPT_H_

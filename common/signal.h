// SPDX-License-Identifier: Apache-2.0
//
// Turns signals into calls: SIGTERM and SIGINT shut down, SIGHUP reloads.

#ifndef EYRIE_COMMON_SIGNAL_H_
#define EYRIE_COMMON_SIGNAL_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"

namespace eyrie {

// Waits for signals on a thread of its own, where callbacks may do anything.
//
// *Usage*: make one at the start of main(), before any other thread: threads
// inherit the mask of signals, and one that does not block them would get them
// and end the program. SIGPIPE is ignored from then on.
//
// *Lifetime*: the destructor waits for a callback that runs. Signals stay
// blocked after it: a late one changes nothing.
class SignalWatcher {
 public:
  struct Callbacks {
    // Called once, at the first SIGTERM or SIGINT. A second one ends the
    // program at once with exit code 128 + signal, for who will not wait.
    std::function<void()> on_shutdown;
    // Called at each SIGHUP; several that come at once may be one call.
    std::function<void()> on_reload;
  };

  // kInternal and the like if the kernel refuses.
  static absl::StatusOr<std::unique_ptr<SignalWatcher>> Create(
      Callbacks callbacks);

  virtual ~SignalWatcher() = default;
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_SIGNAL_H_

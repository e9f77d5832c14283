// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/watch_loop.h"

#include <algorithm>

#include "absl/time/time.h"

#include "clients/cli/interrupt.h"

namespace eyrie::cli {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(500);
constexpr absl::Duration kLongestPause = absl::Seconds(10);

}  // namespace

absl::StatusOr<ExitCode> WatchUntilInterrupted(
    Session& session, Connection& connection,
    const std::function<absl::Status(const std::function<void()>& is_there)>&
        watch_once) {
  Interrupt interrupt([&connection] { connection.CancelWatches(); });
  bool was_there = false;
  bool is_away = false;
  absl::Duration pause = kFirstPause;
  while (true) {
    const absl::Status status = watch_once([&] {
      if (is_away) session.err() << "connected again\n";
      was_there = true;
      is_away = false;
      pause = kFirstPause;
    });
    session.out().flush();
    if (status.ok() || interrupt.happened()) return ExitCode::kDone;
    // Nobody reads any more.
    if (!session.out()) return ExitCode::kDone;
    if (!was_there || !absl::IsUnavailable(status)) return status;
    if (!is_away) {
      session.err() << "connection lost; trying again until Ctrl-C\n";
    }
    is_away = true;
    if (interrupt.WaitFor(pause)) return ExitCode::kDone;
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace eyrie::cli

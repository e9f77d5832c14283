// SPDX-License-Identifier: Apache-2.0
//
// Keeps a watch going while servers come and go.

#ifndef EYRIE_CLIENTS_CLI_WATCH_LOOP_H_
#define EYRIE_CLIENTS_CLI_WATCH_LOOP_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"

namespace eyrie::cli {

// Calls `watch_once` until Ctrl-C. It watches until its stream ends and calls
// the function it is given when the server is there: a connection that breaks
// after that is tried again, with growing pauses; one that never was, and any
// other error, is returned. Ctrl-C, and a `watch_once` that returns OK, end it
// with kDone.
absl::StatusOr<ExitCode> WatchUntilInterrupted(
    Session& session, Connection& connection,
    const std::function<absl::Status(const std::function<void()>& is_there)>&
        watch_once);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_WATCH_LOOP_H_

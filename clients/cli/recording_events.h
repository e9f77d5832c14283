// SPDX-License-Identifier: Apache-2.0
//
// Takes the events out of recordings of `eyrie-collector --record`.

#ifndef EYRIE_CLIENTS_CLI_RECORDING_EVENTS_H_
#define EYRIE_CLIENTS_CLI_RECORDING_EVENTS_H_

#include <string>

#include "absl/status/status.h"

#include "clients/cli/event_handlers.h"
#include "rules/fields/event.h"

namespace eyrie::cli {

// Gives the events of the recording at `path` as the server would judge them:
// each with the processes and names of its batch, but for the node's name,
// which a recording does not have. The place of an event is "FILE:2[7]": the
// eighth record of the second batch. Records that only tell of processes are
// left out. Damage is a mistake, and what stands before it is given.
//
// Returns kInvalidArgument if it is no recording, and another status than OK if
// it cannot be opened.
absl::Status ReadRecording(const std::string& path,
                           const EventHandlers<rules::Event>& handlers);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RECORDING_EVENTS_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie incidents watch`.

#ifndef EYRIE_CLIENTS_CLI_INCIDENT_WATCH_H_
#define EYRIE_CLIENTS_CLI_INCIDENT_WATCH_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> IncidentWatchCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_INCIDENT_WATCH_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie incidents ack|resolve|reopen|note|assign`.

#ifndef EYRIE_CLIENTS_CLI_INCIDENT_CHANGES_H_
#define EYRIE_CLIENTS_CLI_INCIDENT_CHANGES_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> IncidentChangeCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_INCIDENT_CHANGES_H_

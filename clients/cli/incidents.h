// SPDX-License-Identifier: Apache-2.0
//
// `eyrie incidents list|get`.

#ifndef EYRIE_CLIENTS_CLI_INCIDENTS_H_
#define EYRIE_CLIENTS_CLI_INCIDENTS_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> IncidentCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_INCIDENTS_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie nodes list|get`.

#ifndef EYRIE_CLIENTS_CLI_NODES_H_
#define EYRIE_CLIENTS_CLI_NODES_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> NodeCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_NODES_H_

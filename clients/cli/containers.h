// SPDX-License-Identifier: Apache-2.0
//
// `eyrie containers list`.

#ifndef EYRIE_CLIENTS_CLI_CONTAINERS_H_
#define EYRIE_CLIENTS_CLI_CONTAINERS_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> ContainerCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_CONTAINERS_H_

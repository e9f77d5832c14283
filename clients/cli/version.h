// SPDX-License-Identifier: Apache-2.0
//
// `eyrie version`.

#ifndef EYRIE_CLIENTS_CLI_VERSION_H_
#define EYRIE_CLIENTS_CLI_VERSION_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> VersionCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_VERSION_H_

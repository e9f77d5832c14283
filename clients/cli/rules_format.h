// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules format`.

#ifndef EYRIE_CLIENTS_CLI_RULES_FORMAT_H_
#define EYRIE_CLIENTS_CLI_RULES_FORMAT_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RulesFormatCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_FORMAT_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules check`.

#ifndef EYRIE_CLIENTS_CLI_RULES_CHECK_H_
#define EYRIE_CLIENTS_CLI_RULES_CHECK_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RulesCheckCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_CHECK_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules test`.

#ifndef EYRIE_CLIENTS_CLI_RULES_TEST_COMMAND_H_
#define EYRIE_CLIENTS_CLI_RULES_TEST_COMMAND_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RulesTestCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_TEST_COMMAND_H_

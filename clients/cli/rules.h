// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules list|get|apply|disable|enable`.

#ifndef EYRIE_CLIENTS_CLI_RULES_H_
#define EYRIE_CLIENTS_CLI_RULES_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RuleCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules explain`.

#ifndef EYRIE_CLIENTS_CLI_RULES_EXPLAIN_H_
#define EYRIE_CLIENTS_CLI_RULES_EXPLAIN_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RulesExplainCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_EXPLAIN_H_

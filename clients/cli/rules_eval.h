// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules eval`.

#ifndef EYRIE_CLIENTS_CLI_RULES_EVAL_H_
#define EYRIE_CLIENTS_CLI_RULES_EVAL_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RulesEvalCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_EVAL_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie rules fields|events`.

#ifndef EYRIE_CLIENTS_CLI_RULES_FIELDS_H_
#define EYRIE_CLIENTS_CLI_RULES_FIELDS_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> RulesFieldsCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RULES_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie gaps list`.

#ifndef EYRIE_CLIENTS_CLI_GAPS_H_
#define EYRIE_CLIENTS_CLI_GAPS_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> GapCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_GAPS_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie completion bash`.

#ifndef EYRIE_CLIENTS_CLI_COMPLETION_H_
#define EYRIE_CLIENTS_CLI_COMPLETION_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> CompletionCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_COMPLETION_H_

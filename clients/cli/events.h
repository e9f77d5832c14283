// SPDX-License-Identifier: Apache-2.0
//
// `eyrie events watch`.

#ifndef EYRIE_CLIENTS_CLI_EVENTS_H_
#define EYRIE_CLIENTS_CLI_EVENTS_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> EventCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENTS_H_

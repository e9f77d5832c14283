// SPDX-License-Identifier: Apache-2.0
//
// `eyrie backup create`.

#ifndef EYRIE_CLIENTS_CLI_BACKUP_H_
#define EYRIE_CLIENTS_CLI_BACKUP_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> BackupCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_BACKUP_H_

// SPDX-License-Identifier: Apache-2.0
//
// `eyrie detections list`.

#ifndef EYRIE_CLIENTS_CLI_DETECTIONS_H_
#define EYRIE_CLIENTS_CLI_DETECTIONS_H_

#include <vector>

#include "clients/cli/command.h"

namespace eyrie::cli {

std::vector<CommandInfo> DetectionCommands();

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_DETECTIONS_H_

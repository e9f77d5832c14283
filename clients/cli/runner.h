// SPDX-License-Identifier: Apache-2.0
//
// Runs the command that a command line names.

#ifndef EYRIE_CLIENTS_CLI_RUNNER_H_
#define EYRIE_CLIENTS_CLI_RUNNER_H_

#include <string>
#include <vector>

#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"

namespace eyrie::cli {

// `words` is the command line without the program's name.
ExitCode RunCommandLine(const std::vector<std::string>& words,
                        const Environment& environment);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_RUNNER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Runs command lines within a test.

#ifndef EYRIE_CLIENTS_CLI_TESTING_RUN_EYRIE_H_
#define EYRIE_CLIENTS_CLI_TESTING_RUN_EYRIE_H_

#include <string>
#include <vector>

#include "clients/cli/exit_code.h"

namespace eyrie::cli::testing {

struct Result {
  ExitCode code;
  std::string out;
  std::string err;
};

// Runs `eyrie WORDS...` with `input` as standard input.
Result RunEyrie(const std::vector<std::string>& words,
                const std::string& input = "");

// Writes a file into the test's folder; returns its path.
std::string WriteFile(const std::string& name, const std::string& content);

}  // namespace eyrie::cli::testing

#endif  // EYRIE_CLIENTS_CLI_TESTING_RUN_EYRIE_H_

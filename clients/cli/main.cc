// SPDX-License-Identifier: Apache-2.0
//
// The `eyrie` command.

#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "clients/cli/runner.h"
#include "clients/cli/text.h"

int main(int argc, char** argv) {
  // `eyrie incidents list | head -1` ends without a word, whatever the parent
  // did with the signal.
  signal(SIGPIPE, SIG_DFL);
  std::ios::sync_with_stdio(false);
  eyrie::cli::Environment environment;
  environment.in = &std::cin;
  environment.out = &std::cout;
  environment.err = &std::cerr;
  environment.out_width = eyrie::cli::TerminalWidth(STDOUT_FILENO);
  environment.zone = absl::LocalTimeZone();
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(eyrie::cli::RunCommandLine(words, environment));
}

// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/testing/run_eyrie.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "clients/cli/runner.h"

namespace eyrie::cli::testing {

Result RunEyrie(const std::vector<std::string>& words,
                const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Environment environment;
  environment.in = &in;
  environment.out = &out;
  environment.err = &err;
  const ExitCode code = RunCommandLine(words, environment);
  return {code, out.str(), err.str()};
}

std::string WriteFile(const std::string& name, const std::string& content) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string path =
      std::string(folder == nullptr ? "." : folder) + "/" + name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

}  // namespace eyrie::cli::testing

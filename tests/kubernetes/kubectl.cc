// SPDX-License-Identifier: Apache-2.0

#include "tests/kubernetes/kubectl.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "tests/testing/subprocess.h"

namespace eyrie::testing {

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string ClusterFile(const std::string& name) {
  return absl::StrCat(Environment("EYRIE_KUBERNETES_RUN"), "/", name);
}

std::string Kubectl(std::vector<std::string> arguments) {
  std::vector<std::string> argv = {
      Environment("EYRIE_KUBERNETES_BIN") + "/kubectl", "--kubeconfig",
      ClusterFile("admin.kubeconfig")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto result = Run(argv);
  EXPECT_TRUE(result.ok() && result->exit_code == 0)
      << absl::StrJoin(arguments, " ") << ": "
      << (result.ok() ? result->err : result.status().ToString());
  return result.ok() ? result->out : "";
}

void CreateObject(const nlohmann::json& object) {
  const std::string path =
      absl::StrCat(TestDirectory(), "/object-", getpid(), ".json");
  std::ofstream(path) << object;
  Kubectl({"create", "-f", path});
  std::filesystem::remove(path);
}

void RunScript(const std::string& name, const std::string& command) {
  auto result =
      Run({absl::StrCat(Environment("EYRIE_KUBERNETES_SCRIPTS"), "/", name),
           command},
          absl::Minutes(2));
  ASSERT_TRUE(result.ok() && result->exit_code == 0)
      << name << " " << command << ": "
      << (result.ok() ? result->err : result.status().ToString());
}

}  // namespace eyrie::testing

// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/case_files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie::rules::testing {
namespace {

using ::eyrie::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CaseFilesTest, StandBesideTheirRules) {
  const std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/rules";
  std::filesystem::create_directory(folder);
  for (const char* name : {"b.yaml", "b_test.yaml", "a.yml", "a_test.yml",
                           "c.yaml", "old_test.yaml.bak"}) {
    std::ofstream(folder + "/" + name) << "\n";
  }
  EXPECT_THAT(FindCaseFiles({folder}),
              IsOkAndHolds(ElementsAre(folder + "/a_test.yml",
                                       folder + "/b_test.yaml")));
  EXPECT_THAT(FindCaseFiles({folder + "/b.yaml", folder + "/a.yml",
                             folder + "/c.yaml", "/nonexistent.yaml"}),
              IsOkAndHolds(ElementsAre(folder + "/b_test.yaml",
                                       folder + "/a_test.yml")));
  EXPECT_THAT(FindCaseFiles({}), IsOkAndHolds(IsEmpty()));
}

}  // namespace
}  // namespace eyrie::rules::testing

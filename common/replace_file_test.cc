// SPDX-License-Identifier: Apache-2.0

#include "common/replace_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/file.h"
#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

std::string Folder(const char* name) {
  const std::string folder =
      std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  std::filesystem::create_directory(folder);
  return folder;
}

TEST(ReplaceFileTest, KeepsPermissionsAndLinks) {
  const std::string folder = Folder("keeps");
  const std::string path = folder + "/file";
  std::ofstream(path) << "old";
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  ASSERT_EQ(symlink("file", (folder + "/link").c_str()), 0);
  EXPECT_THAT(ReplaceFile(folder + "/link", "new"), IsOk());
  EXPECT_THAT(ReadFile(path, 100), IsOkAndHolds("new"));
  struct stat facts;
  ASSERT_EQ(stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0640u);
  EXPECT_TRUE(std::filesystem::is_symlink(folder + "/link"));
  EXPECT_THAT(ReplaceFile(path, ""), IsOk());
  EXPECT_THAT(ReadFile(path, 100), IsOkAndHolds(""));
}

TEST(ReplaceFileTest, LeavesNothingBehindWhenItFails) {
  const std::string folder = Folder("fails");
  EXPECT_THAT(ReplaceFile(folder + "/none", "x"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/none")));
  EXPECT_FALSE(ReplaceFile(folder, "x").ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_TRUE(std::filesystem::is_directory(folder));
}

}  // namespace
}  // namespace eyrie

// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/cgroup_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/file.h"
#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using eyrie::testing::IsOkAndHolds;
using eyrie::testing::StatusIs;

TEST(CgroupDirectoryTest, FindsTheMountOfTheWholeHierarchy) {
  constexpr char kHybrid[] =
      "30 22 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "31 22 0:26 /docker/x /part rw - cgroup2 cgroup2 rw\n"
      "32 22 0:26 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n";
  EXPECT_EQ(FindUnifiedMount(kHybrid), "/sys/fs/cgroup/unified");
  EXPECT_EQ(FindUnifiedMount("5 1 0:2 / /a\\040b rw - cgroup2 none rw\n"),
            "/a b");
  EXPECT_EQ(FindUnifiedMount(""), "");
  EXPECT_EQ(FindUnifiedMount("cgroup2\n - cgroup2 x\nx - cgroup2 y"), "");
  EXPECT_EQ(FindUnifiedMount("5 1 0:2 / /x rw - cgroup none rw\n"), "");
}

// The real hierarchy, where this machine lets us.
class RealCgroupDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "EYRIE_SKIP: not root";
    const auto mounts = ReadFile("/proc/self/mountinfo", 8 << 20);
    ASSERT_OK(mounts);
    mount_ = FindUnifiedMount(*mounts);
    if (mount_.empty()) GTEST_SKIP() << "EYRIE_SKIP: no cgroup2 mount";
    name_ = absl::StrCat("eyrie_directory_test_", getpid());
    path_ = absl::StrCat(mount_, "/", name_);
    ASSERT_EQ(mkdir(path_.c_str(), 0755), 0) << path_;
  }
  void TearDown() override { rmdir(path_.c_str()); }

  uint64_t Id() const {
    struct stat status;
    return stat(path_.c_str(), &status) == 0 ? status.st_ino : 0;
  }

  std::string mount_;
  std::string name_;
  std::string path_;
};

TEST_F(RealCgroupDirectoryTest, TellsPathsUntilTheCgroupIsGone) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CgroupDirectory> directory,
                       OpenCgroupDirectory("/"));
  const uint64_t id = Id();
  ASSERT_NE(id, 0u);
  EXPECT_THAT(directory->PathOf(id), IsOkAndHolds(absl::StrCat("/", name_)));
  EXPECT_THAT(directory->PathOf(directory->root_id()), IsOkAndHolds("/"));
  ASSERT_EQ(rmdir(path_.c_str()), 0);
  EXPECT_THAT(directory->PathOf(id), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(directory->PathOf(uint64_t{1} << 50),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RealCgroupDirectoryTest, HostRootWithoutProcIsOurs) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CgroupDirectory> directory,
                       OpenCgroupDirectory("/nonexistent"));
  EXPECT_THAT(directory->PathOf(Id()), IsOkAndHolds(absl::StrCat("/", name_)));
}

}  // namespace
}  // namespace eyrie::collector

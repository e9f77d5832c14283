// SPDX-License-Identifier: Apache-2.0
//
// Each event that asks about a file, made by a real call, argument by argument.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class StatCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    WriteFile(Path("file"), "x");
    ASSERT_EQ(symlink("file", Path("link").c_str()), 0);
    directory_fd_ = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  }
  void TearDown() override {
    close(directory_fd_);
    CallFixture::TearDown();
  }

  int directory_fd_ = -1;
  struct stat facts_ = {};
};
EYRIE_INSTANTIATE_SENSOR_TEST(StatCallsTest);

TEST_P(StatCallsTest, Fstat) {
  const int fd = open(Path("link").c_str(), O_RDONLY);
  const Arguments file = OfFile(fd, Path("file"));
  Want({EYRIE_EVENT_fstat});
  EXPECT_EQ(syscall(SYS_fstat, fd, &facts_), 0);
  Expect(EYRIE_EVENT_fstat, {{"res", 0}, {"fd", fd}}, file);
  EXPECT_EQ(syscall(SYS_fstat, -1, &facts_), -1);
  Expect(EYRIE_EVENT_fstat, {{"res", -EBADF}, {"fd", -1}}, OfNothing());
  close(fd);
}

TEST_P(StatCallsTest, Newfstatat) {
  Want({EYRIE_EVENT_newfstatat});
  EXPECT_EQ(syscall(SYS_newfstatat, directory_fd_, "file", &facts_,
                    AT_SYMLINK_NOFOLLOW),
            0);
  Expect(EYRIE_EVENT_newfstatat, {{"res", 0},
                                  {"dirfd", directory_fd_},
                                  {"path", "file"},
                                  {"flags", AT_SYMLINK_NOFOLLOW},
                                  {"base", directory()}});
  // What fstat(3) of newer C libraries makes.
  EXPECT_EQ(syscall(SYS_newfstatat, directory_fd_, "", &facts_, AT_EMPTY_PATH),
            0);
  Expect(EYRIE_EVENT_newfstatat, {{"res", 0},
                                  {"dirfd", directory_fd_},
                                  {"path", ""},
                                  {"flags", AT_EMPTY_PATH},
                                  {"base", directory()}});
  EXPECT_EQ(syscall(SYS_newfstatat, AT_FDCWD, "none", &facts_, 0), -1);
  Expect(EYRIE_EVENT_newfstatat, {{"res", -ENOENT},
                                  {"dirfd", AT_FDCWD},
                                  {"path", "none"},
                                  {"flags", 0},
                                  {"base", directory()}});
}

TEST_P(StatCallsTest, Statx) {
  Want({EYRIE_EVENT_statx});
  struct statx facts;
  EXPECT_EQ(syscall(SYS_statx, directory_fd_, "file", AT_STATX_DONT_SYNC,
                    STATX_BASIC_STATS | STATX_BTIME, &facts),
            0);
  Expect(EYRIE_EVENT_statx, {{"res", 0},
                             {"dirfd", directory_fd_},
                             {"path", "file"},
                             {"flags", AT_STATX_DONT_SYNC},
                             {"mask", STATX_BASIC_STATS | STATX_BTIME},
                             {"base", directory()}});
  EXPECT_EQ(
      syscall(SYS_statx, AT_FDCWD, Path("file").c_str(), 0, 1u << 31, &facts),
      -1);
  Expect(EYRIE_EVENT_statx, {{"res", -EINVAL},
                             {"dirfd", AT_FDCWD},
                             {"path", Path("file")},
                             {"flags", 0},
                             {"mask", 1u << 31},
                             {"base", kNone}});
}

TEST_P(StatCallsTest, Faccessat) {
  Want({EYRIE_EVENT_faccessat, EYRIE_EVENT_faccessat2});
  EXPECT_EQ(syscall(SYS_faccessat, directory_fd_, "file", R_OK | W_OK), 0);
  Expect(EYRIE_EVENT_faccessat, {{"res", 0},
                                 {"dirfd", directory_fd_},
                                 {"name", "file"},
                                 {"mode", R_OK | W_OK},
                                 {"base", directory()}});
  EXPECT_EQ(syscall(SYS_faccessat, AT_FDCWD, Path("file").c_str(), X_OK), -1);
  Expect(EYRIE_EVENT_faccessat, {{"res", -EACCES},
                                 {"dirfd", AT_FDCWD},
                                 {"name", Path("file")},
                                 {"mode", X_OK},
                                 {"base", kNone}});
  EXPECT_EQ(syscall(SYS_faccessat2, directory_fd_, "file", F_OK, AT_EACCESS),
            0);
  Expect(EYRIE_EVENT_faccessat2, {{"res", 0},
                                  {"dirfd", directory_fd_},
                                  {"name", "file"},
                                  {"mode", F_OK},
                                  {"flags", AT_EACCESS},
                                  {"base", directory()}});
  EXPECT_EQ(syscall(SYS_faccessat2, AT_FDCWD, "file", 8, 0), -1);
  Expect(EYRIE_EVENT_faccessat2, {{"res", -EINVAL},
                                  {"dirfd", AT_FDCWD},
                                  {"name", "file"},
                                  {"mode", 8},
                                  {"flags", 0},
                                  {"base", directory()}});
}

TEST_P(StatCallsTest, Readlinkat) {
  Want({EYRIE_EVENT_readlinkat});
  char target[16];
  EXPECT_EQ(
      syscall(SYS_readlinkat, directory_fd_, "link", target, sizeof(target)),
      4);
  Expect(EYRIE_EVENT_readlinkat, {{"res", 4},
                                  {"dirfd", directory_fd_},
                                  {"path", "link"},
                                  {"base", directory()}});
  EXPECT_EQ(syscall(SYS_readlinkat, AT_FDCWD, Path("file").c_str(), target,
                    sizeof(target)),
            -1);
  Expect(EYRIE_EVENT_readlinkat, {{"res", -EINVAL},
                                  {"dirfd", AT_FDCWD},
                                  {"path", Path("file")},
                                  {"base", kNone}});
}

#ifdef SYS_stat  // newer architectures have none of these

TEST_P(StatCallsTest, CallsWithAPathOnly) {
  const struct {
    eyrie_event event;
    long number;
  } calls[] = {{EYRIE_EVENT_stat, SYS_stat}, {EYRIE_EVENT_lstat, SYS_lstat}};
  Want({EYRIE_EVENT_stat, EYRIE_EVENT_lstat});
  for (const auto& [event, number] : calls) {
    EXPECT_EQ(syscall(number, "link", &facts_), 0);
    Expect(event, {{"res", 0}, {"path", "link"}, {"base", directory()}});
    EXPECT_EQ(syscall(number, Path("none").c_str(), &facts_), -1);
    Expect(event, {{"res", -ENOENT}, {"path", Path("none")}, {"base", kNone}});
  }
}

TEST_P(StatCallsTest, Access) {
  Want({EYRIE_EVENT_access});
  EXPECT_EQ(syscall(SYS_access, "file", R_OK), 0);
  Expect(EYRIE_EVENT_access,
         {{"res", 0}, {"name", "file"}, {"mode", R_OK}, {"base", directory()}});
  EXPECT_EQ(syscall(SYS_access, Path("none").c_str(), F_OK), -1);
  Expect(EYRIE_EVENT_access, {{"res", -ENOENT},
                              {"name", Path("none")},
                              {"mode", F_OK},
                              {"base", kNone}});
}

TEST_P(StatCallsTest, Readlink) {
  Want({EYRIE_EVENT_readlink});
  char target[16];
  EXPECT_EQ(syscall(SYS_readlink, Path("link").c_str(), target, 2), 2);
  Expect(EYRIE_EVENT_readlink,
         {{"res", 2}, {"path", Path("link")}, {"base", kNone}});
  EXPECT_EQ(syscall(SYS_readlink, "none", target, 2), -1);
  Expect(EYRIE_EVENT_readlink,
         {{"res", -ENOENT}, {"path", "none"}, {"base", directory()}});
}

#endif

}  // namespace
}  // namespace eyrie::testing

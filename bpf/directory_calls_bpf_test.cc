// SPDX-License-Identifier: Apache-2.0
//
// Each event of names in directories, made by a real call, argument by
// argument; and how requested paths are carried.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class DirectoryCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    directory_fd_ = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_GE(directory_fd_, 0);
  }
  void TearDown() override {
    close(directory_fd_);
    CallFixture::TearDown();
  }

  int directory_fd_ = -1;
};
EYRIE_INSTANTIATE_SENSOR_TEST(DirectoryCallsTest);

TEST_P(DirectoryCallsTest, Mkdirat) {
  Want({EYRIE_EVENT_mkdirat});
  EXPECT_EQ(syscall(SYS_mkdirat, directory_fd_, "new", 040700), 0);
  const Record made = Expect(EYRIE_EVENT_mkdirat, {{"res", 0},
                                                   {"dirfd", directory_fd_},
                                                   {"path", "new"},
                                                   {"mode", 0700},
                                                   {"base", directory()}});
  EXPECT_TRUE(made.has_flag(EYRIE_RECORD_UNVERIFIED));
  EXPECT_EQ(syscall(SYS_mkdirat, AT_FDCWD, Path("new").c_str(), 0700), -1);
  Expect(EYRIE_EVENT_mkdirat, {{"res", -EEXIST},
                               {"dirfd", AT_FDCWD},
                               {"path", Path("new")},
                               {"mode", 0700},
                               {"base", kNone}});
}

TEST_P(DirectoryCallsTest, Linkat) {
  Want({EYRIE_EVENT_linkat});
  WriteFile(Path("old"), "x");
  EXPECT_EQ(syscall(SYS_linkat, directory_fd_, "old", AT_FDCWD,
                    Path("new").c_str(), AT_SYMLINK_FOLLOW),
            0);
  Expect(EYRIE_EVENT_linkat, {{"res", 0},
                              {"olddirfd", directory_fd_},
                              {"oldpath", "old"},
                              {"newdirfd", AT_FDCWD},
                              {"newpath", Path("new")},
                              {"flags", AT_SYMLINK_FOLLOW},
                              {"oldbase", directory()},
                              {"newbase", kNone}});
  EXPECT_EQ(syscall(SYS_linkat, -1, "old", directory_fd_, "newer", 0), -1);
  Expect(EYRIE_EVENT_linkat, {{"res", -EBADF},
                              {"olddirfd", -1},
                              {"oldpath", "old"},
                              {"newdirfd", directory_fd_},
                              {"newpath", "newer"},
                              {"flags", 0},
                              {"oldbase", kNone},
                              {"newbase", directory()}});
}

TEST_P(DirectoryCallsTest, Symlinkat) {
  Want({EYRIE_EVENT_symlinkat});
  EXPECT_EQ(syscall(SYS_symlinkat, "where/ever", directory_fd_, "link"), 0);
  Expect(EYRIE_EVENT_symlinkat, {{"res", 0},
                                 {"target", "where/ever"},
                                 {"linkdirfd", directory_fd_},
                                 {"linkpath", "link"},
                                 {"base", directory()}});
  EXPECT_EQ(syscall(SYS_symlinkat, "", AT_FDCWD, "link"), -1);
  Expect(EYRIE_EVENT_symlinkat, {{"res", -ENOENT},
                                 {"target", ""},
                                 {"linkdirfd", AT_FDCWD},
                                 {"linkpath", "link"},
                                 {"base", directory()}});
}

TEST_P(DirectoryCallsTest, Mknodat) {
  Want({EYRIE_EVENT_mknodat});
  const dev_t null = makedev(1, 3);
  EXPECT_EQ(syscall(SYS_mknodat, directory_fd_, "null", S_IFCHR | 0600, null),
            0);
  Expect(EYRIE_EVENT_mknodat, {{"res", 0},
                               {"dirfd", directory_fd_},
                               {"path", "null"},
                               {"mode", S_IFCHR | 0600},
                               {"dev", null},
                               {"base", directory()}});
  EXPECT_EQ(syscall(SYS_mknodat, AT_FDCWD, "null", S_IFIFO | 0644, 0), -1);
  Expect(EYRIE_EVENT_mknodat, {{"res", -EEXIST},
                               {"dirfd", AT_FDCWD},
                               {"path", "null"},
                               {"mode", S_IFIFO | 0644},
                               {"dev", 0},
                               {"base", directory()}});
}

TEST_P(DirectoryCallsTest, UnlinkatAndRenameat2HaveEveryArgument) {
  Want({EYRIE_EVENT_unlinkat, EYRIE_EVENT_renameat2});
  WriteFile(Path("old"), "x");
  EXPECT_EQ(syscall(SYS_renameat2, AT_FDCWD, "old", directory_fd_, "new", 1),
            0);
  Expect(EYRIE_EVENT_renameat2, {{"res", 0},
                                 {"olddirfd", AT_FDCWD},
                                 {"oldpath", "old"},
                                 {"newdirfd", directory_fd_},
                                 {"newpath", "new"},
                                 {"flags", 1},
                                 {"oldbase", directory()},
                                 {"newbase", directory()}});
  EXPECT_EQ(syscall(SYS_unlinkat, AT_FDCWD, "new", AT_REMOVEDIR), -1);
  Expect(EYRIE_EVENT_unlinkat, {{"res", -ENOTDIR},
                                {"dirfd", AT_FDCWD},
                                {"name", "new"},
                                {"flags", AT_REMOVEDIR},
                                {"base", directory()}});
}

TEST_P(DirectoryCallsTest, Getcwd) {
  Want({EYRIE_EVENT_getcwd});
  char path[4096];
  EXPECT_GT(syscall(SYS_getcwd, path, sizeof(path)), 0);
  Expect(EYRIE_EVENT_getcwd,
         {{"res", directory().size() + 1}, {"path", directory()}});
  EXPECT_EQ(syscall(SYS_getcwd, path, 1), -1);
  Expect(EYRIE_EVENT_getcwd, {{"res", -ERANGE}, {"path", directory()}});
}

TEST_P(DirectoryCallsTest, Getdents64) {
  Want({EYRIE_EVENT_getdents64});
  char entries[512];
  const long size =
      syscall(SYS_getdents64, directory_fd_, entries, sizeof(entries));
  EXPECT_GT(size, 0);
  Expect(EYRIE_EVENT_getdents64, {{"res", size}, {"fd", directory_fd_}},
         OfFile(directory_fd_, directory()));
  EXPECT_EQ(syscall(SYS_getdents64, -1, entries, sizeof(entries)), -1);
  Expect(EYRIE_EVENT_getdents64, {{"res", -EBADF}, {"fd", -1}}, OfNothing());
}

// ---- requested paths --------------------------------------------------------

TEST_P(DirectoryCallsTest, TheLongestPathIsCarriedWhole) {
  Want({EYRIE_EVENT_mkdirat});
  std::string path = "./";
  while (path.size() < 4095) path += path.size() % 2 == 0 ? "x" : "/";
  EXPECT_EQ(syscall(SYS_mkdirat, directory_fd_, path.c_str(), 0700), -1);
  const Record longest = Expect(EYRIE_EVENT_mkdirat, {{"res", -ENOENT},
                                                      {"dirfd", directory_fd_},
                                                      {"path", path},
                                                      {"mode", 0700},
                                                      {"base", directory()}});
  EXPECT_FALSE(longest.has_flag(EYRIE_RECORD_TRUNCATED));

  EXPECT_EQ(syscall(SYS_mkdirat, directory_fd_, (path + "y").c_str(), 0), -1);
  Expect(EYRIE_EVENT_mkdirat, {{"res", -ENAMETOOLONG},
                               {"dirfd", directory_fd_},
                               {"path", path},
                               {"mode", 0},
                               {"base", directory()}});
}

TEST_P(DirectoryCallsTest, TwoOfTheLongestPathsFit) {
  Want({EYRIE_EVENT_linkat});
  std::string path = "x";
  while (path.size() < 4095) path += "/x";
  ASSERT_EQ(path.size(), 4095u);
  EXPECT_EQ(syscall(SYS_linkat, directory_fd_, path.c_str(), directory_fd_,
                    path.c_str(), 0),
            -1);
  const Record record = Expect(EYRIE_EVENT_linkat, {{"res", -ENOENT},
                                                    {"olddirfd", directory_fd_},
                                                    {"oldpath", path},
                                                    {"newdirfd", directory_fd_},
                                                    {"newpath", path},
                                                    {"flags", 0},
                                                    {"oldbase", directory()},
                                                    {"newbase", directory()}});
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_TRUNCATED));
}

TEST_P(DirectoryCallsTest, PathsThatCannotBeReadHaveNoValue) {
  Want({EYRIE_EVENT_mkdirat});
  for (const char* path : {static_cast<const char*>(EndOfMemory()),
                           reinterpret_cast<const char*>(0xffff800000000000)}) {
    EXPECT_EQ(syscall(SYS_mkdirat, directory_fd_, path, 0), -1);
    const Record record = Expect(EYRIE_EVENT_mkdirat, {{"res", -EFAULT},
                                                       {"dirfd", directory_fd_},
                                                       {"path", kNone},
                                                       {"mode", 0},
                                                       {"base", kNone}});
    EXPECT_TRUE(record.has_flag(EYRIE_RECORD_FAULTED));
  }
  // A path that was not given did not fail to be read.
  EXPECT_EQ(syscall(SYS_mkdirat, directory_fd_, nullptr, 0), -1);
  const Record none = Expect(EYRIE_EVENT_mkdirat, {{"res", -EFAULT},
                                                   {"dirfd", directory_fd_},
                                                   {"path", kNone},
                                                   {"mode", 0},
                                                   {"base", kNone}});
  EXPECT_FALSE(none.has_flag(EYRIE_RECORD_FAULTED));
}

TEST_P(DirectoryCallsTest, PathsUpToTheEndOfMemoryAreRead) {
  Want({EYRIE_EVENT_mkdirat});
  char* const path = EndOfMemory() - 4;
  memcpy(path, "abc", 4);
  EXPECT_EQ(syscall(SYS_mkdirat, directory_fd_, path, 0), 0);
  Expect(EYRIE_EVENT_mkdirat, {{"res", 0},
                               {"dirfd", directory_fd_},
                               {"path", "abc"},
                               {"mode", 0},
                               {"base", directory()}});
}

TEST_P(DirectoryCallsTest, BaseIsWhereTheDescriptorLies) {
  Want({EYRIE_EVENT_mkdirat});
  mkdir(Path("moved").c_str(), 0700);
  const int fd = open(Path("moved").c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(rename(Path("moved").c_str(), Path("here").c_str()), 0);
  EXPECT_EQ(syscall(SYS_mkdirat, fd, "../sub", 0700), 0);
  Expect(EYRIE_EVENT_mkdirat, {{"res", 0},
                               {"dirfd", fd},
                               {"path", "../sub"},
                               {"mode", 0700},
                               {"base", Path("here")}});
  close(fd);
}

#ifdef SYS_mkdir  // newer architectures have none of these

TEST_P(DirectoryCallsTest, MkdirAndRmdir) {
  Want({EYRIE_EVENT_mkdir, EYRIE_EVENT_rmdir});
  EXPECT_EQ(syscall(SYS_mkdir, "new", 0755), 0);
  Expect(EYRIE_EVENT_mkdir,
         {{"res", 0}, {"path", "new"}, {"mode", 0755}, {"base", directory()}});
  EXPECT_EQ(syscall(SYS_mkdir, Path("none/new").c_str(), 01777), -1);
  Expect(EYRIE_EVENT_mkdir, {{"res", -ENOENT},
                             {"path", Path("none/new")},
                             {"mode", 01777},
                             {"base", kNone}});
  EXPECT_EQ(syscall(SYS_rmdir, Path("new").c_str()), 0);
  Expect(EYRIE_EVENT_rmdir,
         {{"res", 0}, {"path", Path("new")}, {"base", kNone}});
  EXPECT_EQ(syscall(SYS_rmdir, "new"), -1);
  Expect(EYRIE_EVENT_rmdir,
         {{"res", -ENOENT}, {"path", "new"}, {"base", directory()}});
}

TEST_P(DirectoryCallsTest, LinkAndSymlink) {
  Want({EYRIE_EVENT_link, EYRIE_EVENT_symlink});
  WriteFile(Path("old"), "x");
  EXPECT_EQ(syscall(SYS_link, "old", Path("new").c_str()), 0);
  Expect(EYRIE_EVENT_link, {{"res", 0},
                            {"oldpath", "old"},
                            {"newpath", Path("new")},
                            {"oldbase", directory()},
                            {"newbase", kNone}});
  EXPECT_EQ(syscall(SYS_link, Path("old").c_str(), "new"), -1);
  Expect(EYRIE_EVENT_link, {{"res", -EEXIST},
                            {"oldpath", Path("old")},
                            {"newpath", "new"},
                            {"oldbase", kNone},
                            {"newbase", directory()}});
  EXPECT_EQ(syscall(SYS_symlink, "old", "soft"), 0);
  Expect(EYRIE_EVENT_symlink, {{"res", 0},
                               {"target", "old"},
                               {"linkpath", "soft"},
                               {"base", directory()}});
  EXPECT_EQ(syscall(SYS_symlink, "/old", Path("soft").c_str()), -1);
  Expect(EYRIE_EVENT_symlink, {{"res", -EEXIST},
                               {"target", "/old"},
                               {"linkpath", Path("soft")},
                               {"base", kNone}});
}

TEST_P(DirectoryCallsTest, Mknod) {
  Want({EYRIE_EVENT_mknod});
  // A minor number that does not fit the low byte.
  const dev_t device = makedev(9, 300);
  EXPECT_EQ(syscall(SYS_mknod, "disk", S_IFBLK | 0640, device), 0);
  Expect(EYRIE_EVENT_mknod, {{"res", 0},
                             {"path", "disk"},
                             {"mode", S_IFBLK | 0640},
                             {"dev", device},
                             {"base", directory()}});
  EXPECT_EQ(syscall(SYS_mknod, Path("dir").c_str(), S_IFDIR | 0700, 0), -1);
  Expect(EYRIE_EVENT_mknod, {{"res", -EPERM},
                             {"path", Path("dir")},
                             {"mode", S_IFDIR | 0700},
                             {"dev", 0},
                             {"base", kNone}});
}

TEST_P(DirectoryCallsTest, UnlinkAndRenamesHaveEveryArgument) {
  Want({EYRIE_EVENT_unlink, EYRIE_EVENT_rename, EYRIE_EVENT_renameat});
  WriteFile(Path("a"), "x");
  EXPECT_EQ(syscall(SYS_rename, "a", Path("b").c_str()), 0);
  Expect(EYRIE_EVENT_rename, {{"res", 0},
                              {"oldpath", "a"},
                              {"newpath", Path("b")},
                              {"oldbase", directory()},
                              {"newbase", kNone}});
  EXPECT_EQ(syscall(SYS_renameat, directory_fd_, "a", AT_FDCWD, "c"), -1);
  Expect(EYRIE_EVENT_renameat, {{"res", -ENOENT},
                                {"olddirfd", directory_fd_},
                                {"oldpath", "a"},
                                {"newdirfd", AT_FDCWD},
                                {"newpath", "c"},
                                {"oldbase", directory()},
                                {"newbase", directory()}});
  EXPECT_EQ(syscall(SYS_unlink, directory().c_str()), -1);
  Expect(EYRIE_EVENT_unlink,
         {{"res", -EISDIR}, {"path", directory()}, {"base", kNone}});
}

TEST_P(DirectoryCallsTest, Getdents) {
  Want({EYRIE_EVENT_getdents});
  char entries[512];
  const long size =
      syscall(SYS_getdents, directory_fd_, entries, sizeof(entries));
  EXPECT_GT(size, 0);
  Expect(EYRIE_EVENT_getdents, {{"res", size}, {"fd", directory_fd_}},
         OfFile(directory_fd_, directory()));
  ASSERT_EQ(lseek(directory_fd_, 0, SEEK_SET), 0);
  EXPECT_EQ(syscall(SYS_getdents, directory_fd_, entries, 1), -1);
  Expect(EYRIE_EVENT_getdents, {{"res", -EINVAL}, {"fd", directory_fd_}},
         OfFile(directory_fd_, directory()));
}

#endif

}  // namespace
}  // namespace eyrie::testing

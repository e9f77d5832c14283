// SPDX-License-Identifier: Apache-2.0
//
// Each event that does something with a descriptor as such, or moves or cuts
// what is behind it, made by a real call, argument by argument.

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
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

// A descriptor number that nobody has.
constexpr int kFree = 777;

class DescriptorCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    WriteFile(Path("file"), "content");
    fd_ = open(Path("file").c_str(), O_RDWR);
    file_ = OfFile(fd_, Path("file"));
  }
  void TearDown() override {
    close(fd_);
    CallFixture::TearDown();
  }

  int fd_ = -1;
  Arguments file_;  // of fd_
};
EYRIE_INSTANTIATE_SENSOR_TEST(DescriptorCallsTest);

TEST_P(DescriptorCallsTest, CloseSaysWhatWasClosed) {
  Want({EYRIE_EVENT_close});
  EXPECT_EQ(syscall(SYS_close, fd_), 0);
  Expect(EYRIE_EVENT_close, {{"res", 0}, {"fd", fd_}}, file_);
  EXPECT_EQ(syscall(SYS_close, fd_), -1);
  const Record failed =
      Expect(EYRIE_EVENT_close, {{"res", -EBADF}, {"fd", fd_}}, OfNothing());
  EXPECT_EQ(failed.header().result, -EBADF);
}

TEST_P(DescriptorCallsTest, CloseRange) {
  Want({EYRIE_EVENT_close_range});
  EXPECT_EQ(syscall(SYS_close_range, kFree, -1, CLOSE_RANGE_CLOEXEC), 0);
  Expect(EYRIE_EVENT_close_range, {{"res", 0},
                                   {"first", kFree},
                                   {"last", 0xffffffffu},
                                   {"flags", CLOSE_RANGE_CLOEXEC}});
  EXPECT_EQ(syscall(SYS_close_range, kFree, kFree - 1, 0), -1);
  Expect(
      EYRIE_EVENT_close_range,
      {{"res", -EINVAL}, {"first", kFree}, {"last", kFree - 1}, {"flags", 0}});
}

TEST_P(DescriptorCallsTest, Dup) {
  Want({EYRIE_EVENT_dup});
  const long copy = syscall(SYS_dup, fd_);
  Expect(EYRIE_EVENT_dup, {{"res", copy}, {"oldfd", fd_}}, file_);
  close(static_cast<int>(copy));
  EXPECT_EQ(syscall(SYS_dup, kFree), -1);
  Expect(EYRIE_EVENT_dup, {{"res", -EBADF}, {"oldfd", kFree}}, OfNothing());
}

TEST_P(DescriptorCallsTest, Dup3) {
  Want({EYRIE_EVENT_dup3});
  EXPECT_EQ(syscall(SYS_dup3, fd_, kFree, O_CLOEXEC), kFree);
  Expect(
      EYRIE_EVENT_dup3,
      {{"res", kFree}, {"oldfd", fd_}, {"newfd", kFree}, {"flags", O_CLOEXEC}},
      file_);
  close(kFree);
  EXPECT_EQ(syscall(SYS_dup3, fd_, fd_, 0), -1);
  Expect(EYRIE_EVENT_dup3,
         {{"res", -EINVAL}, {"oldfd", fd_}, {"newfd", fd_}, {"flags", 0}},
         OfNothing());
}

TEST_P(DescriptorCallsTest, Fcntl) {
  Want({EYRIE_EVENT_fcntl});
  EXPECT_EQ(syscall(SYS_fcntl, fd_, F_SETFD, FD_CLOEXEC), 0);
  Expect(EYRIE_EVENT_fcntl,
         {{"res", 0}, {"fd", fd_}, {"cmd", F_SETFD}, {"arg", FD_CLOEXEC}},
         file_);
  EXPECT_EQ(syscall(SYS_fcntl, kFree, F_GETFL, 0), -1);
  Expect(EYRIE_EVENT_fcntl,
         {{"res", -EBADF}, {"fd", kFree}, {"cmd", F_GETFL}, {"arg", 0}},
         OfNothing());
}

TEST_P(DescriptorCallsTest, Ioctl) {
  Want({EYRIE_EVENT_ioctl});
  int waiting = 0;
  const auto address = reinterpret_cast<intptr_t>(&waiting);
  EXPECT_EQ(syscall(SYS_ioctl, fd_, FIONREAD, &waiting), 0);
  Expect(
      EYRIE_EVENT_ioctl,
      {{"res", 0}, {"fd", fd_}, {"request", FIONREAD}, {"argument", address}},
      file_);
  EXPECT_EQ(syscall(SYS_ioctl, fd_, TIOCSTI, "x"), -1);
  Expect(EYRIE_EVENT_ioctl,
         {{"res", -ENOTTY},
          {"fd", fd_},
          {"request", TIOCSTI},
          {"argument", kAnything}},
         file_);
}

TEST_P(DescriptorCallsTest, Flock) {
  Want({EYRIE_EVENT_flock});
  EXPECT_EQ(syscall(SYS_flock, fd_, LOCK_EX | LOCK_NB), 0);
  Expect(EYRIE_EVENT_flock,
         {{"res", 0}, {"fd", fd_}, {"operation", LOCK_EX | LOCK_NB}}, file_);
  const int other = open(Path("file").c_str(), O_RDONLY);
  EXPECT_EQ(syscall(SYS_flock, other, LOCK_SH | LOCK_NB), -1);
  Expect(EYRIE_EVENT_flock,
         {{"res", -EAGAIN}, {"fd", other}, {"operation", LOCK_SH | LOCK_NB}},
         file_);
  close(other);
}

TEST_P(DescriptorCallsTest, OpenByHandleAt) {
  Want({EYRIE_EVENT_open_by_handle_at});
  struct {
    file_handle head;
    char bytes[MAX_HANDLE_SZ];
  } handle = {};
  handle.head.handle_bytes = sizeof(handle.bytes);
  int mount_id;
  ASSERT_EQ(name_to_handle_at(AT_FDCWD, "file", &handle.head, &mount_id, 0), 0);
  const int mount_fd = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  const int fd = static_cast<int>(
      syscall(SYS_open_by_handle_at, mount_fd, &handle, O_RDONLY | O_CLOEXEC));
  ASSERT_GE(fd, 0);
  Expect(EYRIE_EVENT_open_by_handle_at, {{"fd", fd},
                                         {"mountfd", mount_fd},
                                         {"flags", O_RDONLY | O_CLOEXEC},
                                         {"path", Path("file")},
                                         {"dev", file_["fd_dev"]},
                                         {"ino", file_["fd_ino"]},
                                         {"kind", S_IFREG},
                                         {"file_flags", 0}});
  close(fd);
  close(mount_fd);
  EXPECT_EQ(syscall(SYS_open_by_handle_at, AT_FDCWD, nullptr, O_RDWR), -1);
  Expect(EYRIE_EVENT_open_by_handle_at, {{"fd", -EFAULT},
                                         {"mountfd", AT_FDCWD},
                                         {"flags", O_RDWR},
                                         {"path", kNone},
                                         {"dev", 0},
                                         {"ino", 0},
                                         {"kind", 0},
                                         {"file_flags", 0}});
}

TEST_P(DescriptorCallsTest, Truncates) {
  Want({EYRIE_EVENT_truncate, EYRIE_EVENT_ftruncate});
  const int64_t huge = 5'000'000'000;  // more than 32 bits
  EXPECT_EQ(syscall(SYS_ftruncate, fd_, huge), 0);
  Expect(EYRIE_EVENT_ftruncate, {{"res", 0}, {"fd", fd_}, {"length", huge}},
         file_);
  EXPECT_EQ(syscall(SYS_ftruncate, fd_, -1L), -1);
  Expect(EYRIE_EVENT_ftruncate, {{"res", -EINVAL}, {"fd", fd_}, {"length", -1}},
         file_);
  EXPECT_EQ(syscall(SYS_truncate, "file", 3), 0);
  Expect(EYRIE_EVENT_truncate,
         {{"res", 0}, {"path", "file"}, {"length", 3}, {"base", directory()}});
  EXPECT_EQ(syscall(SYS_truncate, directory().c_str(), huge), -1);
  Expect(EYRIE_EVENT_truncate, {{"res", -EISDIR},
                                {"path", directory()},
                                {"length", huge},
                                {"base", kNone}});
}

TEST_P(DescriptorCallsTest, Lseek) {
  Want({EYRIE_EVENT_lseek});
  EXPECT_EQ(syscall(SYS_lseek, fd_, -2L, SEEK_END), 5);
  Expect(EYRIE_EVENT_lseek,
         {{"res", 5}, {"fd", fd_}, {"offset", -2}, {"whence", SEEK_END}},
         file_);
  EXPECT_EQ(syscall(SYS_lseek, fd_, 0, 99), -1);
  Expect(EYRIE_EVENT_lseek,
         {{"res", -EINVAL}, {"fd", fd_}, {"offset", 0}, {"whence", 99}}, file_);
}

TEST_P(DescriptorCallsTest, Userfaultfd) {
  Want({EYRIE_EVENT_userfaultfd});
  const int fd = static_cast<int>(
      syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
  ASSERT_GE(fd, 0);
  Expect(EYRIE_EVENT_userfaultfd,
         {{"res", fd}, {"flags", O_CLOEXEC | UFFD_USER_MODE_ONLY}},
         OfFile(fd, "anon_inode:[userfaultfd]"));
  close(fd);
  EXPECT_EQ(syscall(SYS_userfaultfd, O_APPEND), -1);
  Expect(EYRIE_EVENT_userfaultfd, {{"res", -EINVAL}, {"flags", O_APPEND}},
         OfNothing());
}

#ifdef SYS_dup2  // newer architectures have none of these

TEST_P(DescriptorCallsTest, Dup2) {
  Want({EYRIE_EVENT_dup2});
  EXPECT_EQ(syscall(SYS_dup2, fd_, kFree), kFree);
  Expect(EYRIE_EVENT_dup2, {{"res", kFree}, {"oldfd", fd_}, {"newfd", kFree}},
         file_);
  close(kFree);
  EXPECT_EQ(syscall(SYS_dup2, kFree, fd_), -1);
  Expect(EYRIE_EVENT_dup2, {{"res", -EBADF}, {"oldfd", kFree}, {"newfd", fd_}},
         OfNothing());
}

TEST_P(DescriptorCallsTest, CreatHasEveryArgument) {
  Want({EYRIE_EVENT_creat});
  const int fd = static_cast<int>(syscall(SYS_creat, "new", 0600));
  ASSERT_GE(fd, 0);
  const Arguments made = OfFile(fd, Path("new"));
  Expect(EYRIE_EVENT_creat, {{"fd", fd},
                             {"name", "new"},
                             {"mode", 0600},
                             {"dev", made.at("fd_dev")},
                             {"ino", made.at("fd_ino")},
                             {"realpath", Path("new")},
                             {"base", directory()},
                             {"creat_flags", 0}});
  close(fd);
  EXPECT_EQ(syscall(SYS_creat, Path("no/ne").c_str(), 0600), -1);
  Expect(EYRIE_EVENT_creat, {{"fd", -ENOENT},
                             {"name", Path("no/ne")},
                             {"mode", 0600},
                             {"dev", 0},
                             {"ino", 0},
                             {"creat_flags", 0}});
}

TEST_P(DescriptorCallsTest, CreatTellsTheLayerOfAnOverlay) {
  Want({EYRIE_EVENT_creat});
  const pid_t child = RunInChild([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", directory().c_str(), "tmpfs", 0, nullptr) != 0) {
      return 1;
    }
    for (const char* name : {"lower", "upper", "work", "merged"}) {
      mkdir(Path(name).c_str(), 0755);
    }
    const std::string options =
        absl::StrCat("lowerdir=", Path("lower"), ",upperdir=", Path("upper"),
                     ",workdir=", Path("work"));
    if (mount("overlay", Path("merged").c_str(), "overlay", 0,
              options.c_str()) != 0) {
      return 2;
    }
    return syscall(SYS_creat, Path("merged/new").c_str(), 0644) < 0 ? 3 : 0;
  });
  const Record record = Await(EYRIE_EVENT_creat, child);
  EXPECT_EQ(record.Text(&eyrie_creat_args::realpath), Path("merged/new"));
  EXPECT_EQ(record.Int(&eyrie_creat_args::creat_flags), EYRIE_FILE_UPPER_LAYER);
}

#endif

}  // namespace
}  // namespace eyrie::testing

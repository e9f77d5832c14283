// SPDX-License-Identifier: Apache-2.0
//
// Each event of modes, owners, extended attributes and times, made by a real
// call, argument by argument.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/control.h"
#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

namespace eyrie::testing {
namespace {

// A user or group that a call leaves as it is.
constexpr uint32_t kUnchanged = 0xffffffff;
// Bytes of data that a record carries.
constexpr size_t kDataBytes = EYRIE_DEFAULT_DATA_BYTES;

class OwnershipCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    WriteFile(Path("file"), "x");
    fd_ = open(Path("file").c_str(), O_RDWR);
    directory_fd_ = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  }
  void TearDown() override {
    close(fd_);
    close(directory_fd_);
    CallFixture::TearDown();
  }

  int fd_ = -1;
  int directory_fd_ = -1;
};
EYRIE_INSTANTIATE_SENSOR_TEST(OwnershipCallsTest);

TEST_P(OwnershipCallsTest, Fchmod) {
  Want({EYRIE_EVENT_fchmod});
  // Bits that are no mode are not reported.
  EXPECT_EQ(syscall(SYS_fchmod, fd_, 0106711), 0);
  Expect(EYRIE_EVENT_fchmod, {{"res", 0}, {"fd", fd_}, {"mode", 06711}},
         OfFile(fd_, Path("file")));
  EXPECT_EQ(syscall(SYS_fchmod, -7, 0644), -1);
  Expect(EYRIE_EVENT_fchmod, {{"res", -EBADF}, {"fd", -7}, {"mode", 0644}},
         OfNothing());
}

TEST_P(OwnershipCallsTest, Fchmodat) {
  Want({EYRIE_EVENT_fchmodat});
  EXPECT_EQ(syscall(SYS_fchmodat, directory_fd_, "file", 0600), 0);
  Expect(EYRIE_EVENT_fchmodat, {{"res", 0},
                                {"dirfd", directory_fd_},
                                {"filename", "file"},
                                {"mode", 0600},
                                {"base", directory()}});
  EXPECT_EQ(syscall(SYS_fchmodat, AT_FDCWD, Path("none").c_str(), 0777), -1);
  Expect(EYRIE_EVENT_fchmodat, {{"res", -ENOENT},
                                {"dirfd", AT_FDCWD},
                                {"filename", Path("none")},
                                {"mode", 0777},
                                {"base", kNone}});
}

TEST_P(OwnershipCallsTest, Fchmodat2) {
  Want({EYRIE_EVENT_fchmodat2});
  if (syscall(SYS_fchmodat2, fd_, "", 0640, AT_EMPTY_PATH) == 0) {
    Expect(EYRIE_EVENT_fchmodat2, {{"res", 0},
                                   {"dirfd", fd_},
                                   {"filename", ""},
                                   {"mode", 0640},
                                   {"flags", AT_EMPTY_PATH},
                                   {"base", Path("file")}});
  } else {
    ASSERT_EQ(errno, ENOSYS);  // before 6.6
    Await(EYRIE_EVENT_fchmodat2);
  }
  EXPECT_EQ(syscall(SYS_fchmodat2, AT_FDCWD, "file", 0640, -1), -1);
  Expect(EYRIE_EVENT_fchmodat2, {{"res", -errno},
                                 {"dirfd", AT_FDCWD},
                                 {"filename", "file"},
                                 {"mode", 0640},
                                 {"flags", 0xffffffffu},
                                 {"base", directory()}});
}

TEST_P(OwnershipCallsTest, Fchown) {
  Want({EYRIE_EVENT_fchown});
  EXPECT_EQ(syscall(SYS_fchown, fd_, 100000, -1), 0);
  Expect(EYRIE_EVENT_fchown,
         {{"res", 0}, {"fd", fd_}, {"uid", 100000}, {"gid", kUnchanged}},
         OfFile(fd_, Path("file")));
  EXPECT_EQ(syscall(SYS_fchown, -1, 1, 2), -1);
  Expect(EYRIE_EVENT_fchown,
         {{"res", -EBADF}, {"fd", -1}, {"uid", 1}, {"gid", 2}}, OfNothing());
}

TEST_P(OwnershipCallsTest, Fchownat) {
  Want({EYRIE_EVENT_fchownat});
  EXPECT_EQ(
      syscall(SYS_fchownat, directory_fd_, "file", 3, 4, AT_SYMLINK_NOFOLLOW),
      0);
  Expect(EYRIE_EVENT_fchownat, {{"res", 0},
                                {"dirfd", directory_fd_},
                                {"pathname", "file"},
                                {"uid", 3},
                                {"gid", 4},
                                {"flags", AT_SYMLINK_NOFOLLOW},
                                {"base", directory()}});
  EXPECT_EQ(syscall(SYS_fchownat, fd_, "file", -1, 0, 0), -1);
  Expect(EYRIE_EVENT_fchownat, {{"res", -ENOTDIR},
                                {"dirfd", fd_},
                                {"pathname", "file"},
                                {"uid", kUnchanged},
                                {"gid", 0},
                                {"flags", 0},
                                {"base", Path("file")}});
}

// Attributes called trusted., because tmpfs has none of user. before 6.6.
TEST_P(OwnershipCallsTest, SetxattrAndRemovexattr) {
  Want({EYRIE_EVENT_setxattr, EYRIE_EVENT_removexattr});
  EXPECT_EQ(
      syscall(SYS_setxattr, "file", "trusted.eyrie", "va\0ue", 5, XATTR_CREATE),
      0);
  Expect(EYRIE_EVENT_setxattr, {{"res", 0},
                                {"path", "file"},
                                {"name", "trusted.eyrie"},
                                {"value", std::string("va\0ue", 5)},
                                {"size", 5},
                                {"flags", XATTR_CREATE},
                                {"base", directory()}});
  EXPECT_EQ(syscall(SYS_setxattr, Path("file").c_str(), "trusted.none", nullptr,
                    0, XATTR_REPLACE),
            -1);
  Expect(EYRIE_EVENT_setxattr, {{"res", -ENODATA},
                                {"path", Path("file")},
                                {"name", "trusted.none"},
                                {"value", kNone},
                                {"size", 0},
                                {"flags", XATTR_REPLACE},
                                {"base", kNone}});
  EXPECT_EQ(syscall(SYS_removexattr, "file", "trusted.eyrie"), 0);
  Expect(EYRIE_EVENT_removexattr, {{"res", 0},
                                   {"path", "file"},
                                   {"name", "trusted.eyrie"},
                                   {"base", directory()}});
  EXPECT_EQ(syscall(SYS_removexattr, Path("file").c_str(), "trusted.eyrie"),
            -1);
  Expect(EYRIE_EVENT_removexattr, {{"res", -ENODATA},
                                   {"path", Path("file")},
                                   {"name", "trusted.eyrie"},
                                   {"base", kNone}});
}

TEST_P(OwnershipCallsTest, LsetxattrOfALongValue) {
  Want({EYRIE_EVENT_lsetxattr});
  const std::string value(300, 'v');
  EXPECT_EQ(syscall(SYS_lsetxattr, "file", "trusted.long", value.data(),
                    value.size(), 0),
            0);
  Expect(EYRIE_EVENT_lsetxattr, {{"res", 0},
                                 {"path", "file"},
                                 {"name", "trusted.long"},
                                 {"value", value.substr(0, kDataBytes)},
                                 {"size", 300},
                                 {"flags", 0},
                                 {"base", directory()}});
  EXPECT_EQ(syscall(SYS_lsetxattr, "none", "trusted.x", "v", 1, 0), -1);
  Expect(EYRIE_EVENT_lsetxattr, {{"res", -ENOENT},
                                 {"path", "none"},
                                 {"name", "trusted.x"},
                                 {"value", "v"},
                                 {"size", 1},
                                 {"flags", 0},
                                 {"base", directory()}});
}

TEST_P(OwnershipCallsTest, Fsetxattr) {
  Want({EYRIE_EVENT_fsetxattr});
  EXPECT_EQ(syscall(SYS_fsetxattr, fd_, "trusted.f", "v", 1, 0), 0);
  Expect(EYRIE_EVENT_fsetxattr,
         {{"res", 0},
          {"fd", fd_},
          {"name", "trusted.f"},
          {"value", "v"},
          {"size", 1},
          {"flags", 0}},
         OfFile(fd_, Path("file")));
  EXPECT_EQ(syscall(SYS_fsetxattr, fd_, "trusted.f", EndOfMemory(), 1, 0), -1);
  const Record record = Expect(EYRIE_EVENT_fsetxattr,
                               {{"res", -EFAULT},
                                {"fd", fd_},
                                {"name", "trusted.f"},
                                {"value", kNone},
                                {"size", 1},
                                {"flags", 0}},
                               OfFile(fd_, Path("file")));
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_FAULTED));
}

TEST_P(OwnershipCallsTest, Utimensat) {
  Want({EYRIE_EVENT_utimensat});
  EXPECT_EQ(syscall(SYS_utimensat, directory_fd_, "file", nullptr,
                    AT_SYMLINK_NOFOLLOW),
            0);
  Expect(EYRIE_EVENT_utimensat, {{"res", 0},
                                 {"dirfd", directory_fd_},
                                 {"path", "file"},
                                 {"flags", AT_SYMLINK_NOFOLLOW},
                                 {"base", directory()}});
  // What futimens(3) makes.
  EXPECT_EQ(syscall(SYS_utimensat, fd_, nullptr, nullptr, 0), 0);
  const Record itself = Expect(EYRIE_EVENT_utimensat, {{"res", 0},
                                                       {"dirfd", fd_},
                                                       {"path", kNone},
                                                       {"flags", 0},
                                                       {"base", kNone}});
  EXPECT_FALSE(itself.has_flag(EYRIE_RECORD_UNVERIFIED));
  EXPECT_EQ(syscall(SYS_utimensat, AT_FDCWD, "none", nullptr, 0), -1);
  Expect(EYRIE_EVENT_utimensat, {{"res", -ENOENT},
                                 {"dirfd", AT_FDCWD},
                                 {"path", "none"},
                                 {"flags", 0},
                                 {"base", directory()}});
}

#ifdef SYS_chmod  // newer architectures have none of these

TEST_P(OwnershipCallsTest, Chmod) {
  Want({EYRIE_EVENT_chmod});
  EXPECT_EQ(syscall(SYS_chmod, "file", 04755), 0);
  Expect(EYRIE_EVENT_chmod, {{"res", 0},
                             {"filename", "file"},
                             {"mode", 04755},
                             {"base", directory()}});
  EXPECT_EQ(syscall(SYS_chmod, Path("file/x").c_str(), 0), -1);
  Expect(EYRIE_EVENT_chmod, {{"res", -ENOTDIR},
                             {"filename", Path("file/x")},
                             {"mode", 0},
                             {"base", kNone}});
}

TEST_P(OwnershipCallsTest, ChownAndLchown) {
  const struct {
    eyrie_event event;
    long number;
  } calls[] = {{EYRIE_EVENT_chown, SYS_chown},
               {EYRIE_EVENT_lchown, SYS_lchown}};
  Want({EYRIE_EVENT_chown, EYRIE_EVENT_lchown});
  for (const auto& [event, number] : calls) {
    EXPECT_EQ(syscall(number, "file", 5, 70000), 0);
    Expect(event, {{"res", 0},
                   {"path", "file"},
                   {"uid", 5},
                   {"gid", 70000},
                   {"base", directory()}});
    EXPECT_EQ(syscall(number, Path("none").c_str(), -1, -1), -1);
    Expect(event, {{"res", -ENOENT},
                   {"path", Path("none")},
                   {"uid", kUnchanged},
                   {"gid", kUnchanged},
                   {"base", kNone}});
  }
}

#endif

}  // namespace
}  // namespace eyrie::testing

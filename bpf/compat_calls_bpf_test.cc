// SPDX-License-Identifier: Apache-2.0
//
// Events of files made by 32-bit calls whose arguments differ from those of 64
// bits: narrow structures, offsets in two registers, 16-bit ids; and by calls
// that only that table has. The numbers are those of the i386 table.

#include "bpf/testing/compat_test.h"

#ifdef __x86_64__

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr uint32_t kUnchanged = 0xffffffff;
// More than 32 bits, of which the lowest are zero.
constexpr int64_t kHuge = 0x1'0000'0000;
constexpr int kHugeHigh = 1;

class CompatCallsTest : public CompatTest {
 protected:
  void SetUp() override {
    CompatTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    WriteFile(Path("file"), "0123456789");
    fd_ = open(Path("file").c_str(), O_RDWR);
    file_ = OfFile(fd_, Path("file"));
    name_ = memory_.Put("file");
  }
  void TearDown() override {
    close(fd_);
    CompatTest::TearDown();
  }

  int fd_ = -1;
  Arguments file_;     // of fd_
  uint32_t name_ = 0;  // "file"
};
EYRIE_INSTANTIATE_SENSOR_TEST(CompatCallsTest);

TEST_P(CompatCallsTest, OffsetsInTwoRegisters) {
  Want({EYRIE_EVENT_pread, EYRIE_EVENT_pwrite, EYRIE_EVENT_truncate,
        EYRIE_EVENT_ftruncate});
  const uint32_t data = memory_.Put("xyz");
  EXPECT_EQ(Call32(181, fd_, data, 3, 7, kHugeHigh), 3);
  Expect32(EYRIE_EVENT_pwrite,
           {{"res", 3},
            {"data", "xyz"},
            {"fd", fd_},
            {"size", 3},
            {"pos", kHuge + 7}},
           file_);
  EXPECT_EQ(Call32(180, fd_, data, 2, 8, kHugeHigh), 2);
  Expect32(EYRIE_EVENT_pread,
           {{"res", 2},
            {"data", "yz"},
            {"fd", fd_},
            {"size", 2},
            {"pos", kHuge + 8}},
           file_);
  EXPECT_EQ(Call32(193, name_, 5, kHugeHigh), 0);
  Expect32(EYRIE_EVENT_truncate, {{"res", 0},
                                  {"path", "file"},
                                  {"length", kHuge + 5},
                                  {"base", directory()}});
  EXPECT_EQ(Call32(194, fd_, 6, kHugeHigh), 0);
  Expect32(EYRIE_EVENT_ftruncate,
           {{"res", 0}, {"fd", fd_}, {"length", kHuge + 6}}, file_);
}

TEST_P(CompatCallsTest, OffsetsInOneRegisterAreSigned) {
  Want({EYRIE_EVENT_truncate, EYRIE_EVENT_ftruncate, EYRIE_EVENT_lseek});
  EXPECT_EQ(Call32(92, name_, -1), -EINVAL);
  Expect32(EYRIE_EVENT_truncate, {{"res", -EINVAL},
                                  {"path", "file"},
                                  {"length", -1},
                                  {"base", directory()}});
  EXPECT_EQ(Call32(93, fd_, 8), 0);
  Expect32(EYRIE_EVENT_ftruncate, {{"res", 0}, {"fd", fd_}, {"length", 8}},
           file_);
  EXPECT_EQ(Call32(19, fd_, -2, SEEK_END), 6);
  Expect32(EYRIE_EVENT_lseek,
           {{"res", 6}, {"fd", fd_}, {"offset", -2}, {"whence", SEEK_END}},
           file_);
}

TEST_P(CompatCallsTest, Llseek) {
  Want({EYRIE_EVENT_llseek});
  const uint32_t result = memory_.Put(int64_t{0});
  EXPECT_EQ(Call32(140, fd_, kHugeHigh, 9, result, SEEK_SET), 0);
  Expect32(EYRIE_EVENT_llseek,
           {{"res", 0}, {"fd", fd_}, {"offset", kHuge + 9}, {"whence", 0}},
           file_);
  EXPECT_EQ(Call32(140, -1, -1, -5, result, SEEK_CUR), -EBADF);
  Expect32(EYRIE_EVENT_llseek,
           {{"res", -EBADF}, {"fd", -1}, {"offset", -5}, {"whence", SEEK_CUR}},
           OfNothing());
}

TEST_P(CompatCallsTest, Sendfile) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Want({EYRIE_EVENT_sendfile});
  // The old call moves an offset of 32 bits; what follows it is not of it.
  const uint32_t narrow[2] = {2, 0xdeadbeef};
  EXPECT_EQ(Call32(187, ends[1], fd_, memory_.Put(narrow), 3), 3);
  Expect32(EYRIE_EVENT_sendfile, {{"res", 3},
                                  {"offset", 5},
                                  {"fd", ends[1]},
                                  {"in_fd", fd_},
                                  {"size", 3}});
  EXPECT_EQ(Call32(239, ends[1], fd_, memory_.Put(kHuge), 3), 0);
  Expect32(EYRIE_EVENT_sendfile, {{"res", 0},
                                  {"offset", kHuge},
                                  {"fd", ends[1]},
                                  {"in_fd", fd_},
                                  {"size", 3}});
  close(ends[0]);
  close(ends[1]);
}

TEST_P(CompatCallsTest, SplicesSixthArgument) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Want({EYRIE_EVENT_splice});
  EXPECT_EQ(Call32(313, fd_, 0, ends[1], 0, 4, SPLICE_F_MORE), 4);
  Expect32(EYRIE_EVENT_splice,
           {{"res", 4},
            {"fd", fd_},
            {"fd_out", ends[1]},
            {"size", 4},
            {"flags", SPLICE_F_MORE}},
           file_);
  close(ends[0]);
  close(ends[1]);
}

TEST_P(CompatCallsTest, Vectors) {
  Want({EYRIE_EVENT_writev, EYRIE_EVENT_readv, EYRIE_EVENT_preadv});
  const uint32_t parts = TwoParts();
  EXPECT_EQ(Call32(146, fd_, parts, 2), 7);
  Expect32(EYRIE_EVENT_writev,
           {{"res", 7}, {"data", "one-two"}, {"fd", fd_}, {"size", 7}}, file_);
  EXPECT_EQ(Call32(145, fd_, parts, 2), 3);
  Expect32(EYRIE_EVENT_readv,
           {{"res", 3}, {"size", 7}, {"data", "789"}, {"fd", fd_}}, file_);
  EXPECT_EQ(Call32(333, fd_, parts, 2, 5, kHugeHigh), 0);
  Expect32(EYRIE_EVENT_preadv,
           {{"res", 0},
            {"size", 7},
            {"data", kNone},
            {"fd", fd_},
            {"pos", kHuge + 5}},
           file_);
}

TEST_P(CompatCallsTest, StatsOfTheir64BitStructure) {
  Want({EYRIE_EVENT_stat64, EYRIE_EVENT_lstat64, EYRIE_EVENT_fstat64,
        EYRIE_EVENT_stat});
  const struct stat room = {};
  const uint32_t facts = memory_.Put(room);
  const uint32_t none = memory_.Put(Path("none").c_str());
  const std::pair<eyrie_event, int> calls[] = {{EYRIE_EVENT_stat64, 195},
                                               {EYRIE_EVENT_lstat64, 196},
                                               {EYRIE_EVENT_stat, 106}};
  for (const auto& [event, number] : calls) {
    EXPECT_EQ(Call32(number, name_, facts), 0);
    Expect32(event, {{"res", 0}, {"path", "file"}, {"base", directory()}});
    EXPECT_EQ(Call32(number, none, facts), -ENOENT);
    Expect32(event,
             {{"res", -ENOENT}, {"path", Path("none")}, {"base", kNone}});
  }
  EXPECT_EQ(Call32(197, fd_, facts), 0);
  Expect32(EYRIE_EVENT_fstat64, {{"res", 0}, {"fd", fd_}}, file_);
  EXPECT_EQ(Call32(197, -1, facts), -EBADF);
  Expect32(EYRIE_EVENT_fstat64, {{"res", -EBADF}, {"fd", -1}}, OfNothing());
}

TEST_P(CompatCallsTest, IdsOf16Bits) {
  Want({EYRIE_EVENT_chown, EYRIE_EVENT_lchown, EYRIE_EVENT_fchown});
  EXPECT_EQ(Call32(182, name_, 0xffff, 0x10007), 0);
  Expect32(EYRIE_EVENT_chown, {{"res", 0},
                               {"path", "file"},
                               {"uid", kUnchanged},
                               {"gid", 7},
                               {"base", directory()}});
  EXPECT_EQ(Call32(16, name_, 8, 0xffff), 0);
  Expect32(EYRIE_EVENT_lchown, {{"res", 0},
                                {"path", "file"},
                                {"uid", 8},
                                {"gid", kUnchanged},
                                {"base", directory()}});
  EXPECT_EQ(Call32(95, -1, 1, 2), -EBADF);
  Expect32(EYRIE_EVENT_fchown,
           {{"res", -EBADF}, {"fd", -1}, {"uid", 1}, {"gid", 2}}, OfNothing());
  // The newer calls have 32 bits.
  EXPECT_EQ(Call32(212, name_, 0xffff, 70000), 0);
  Expect32(EYRIE_EVENT_chown, {{"res", 0},
                               {"path", "file"},
                               {"uid", 0xffff},
                               {"gid", 70000},
                               {"base", directory()}});
}

TEST_P(CompatCallsTest, Umount) {
  Want({EYRIE_EVENT_umount});
  EXPECT_EQ(Call32(22, name_), -EINVAL);
  Expect32(EYRIE_EVENT_umount,
           {{"res", -EINVAL}, {"name", "file"}, {"base", directory()}});
}

TEST_P(CompatCallsTest, CloseSaysWhatWasClosed) {
  Want({EYRIE_EVENT_close});
  const int copy = dup(fd_);
  EXPECT_EQ(Call32(6, copy), 0);
  Expect32(EYRIE_EVENT_close, {{"res", 0}, {"fd", copy}}, file_);
}

TEST_P(CompatCallsTest, NegativeDescriptorsAndFlags) {
  Want({EYRIE_EVENT_newfstatat});
  const struct stat room = {};
  EXPECT_EQ(
      Call32(300, AT_FDCWD, name_, memory_.Put(room), AT_SYMLINK_NOFOLLOW), 0);
  Expect32(EYRIE_EVENT_newfstatat, {{"res", 0},
                                    {"dirfd", AT_FDCWD},
                                    {"path", "file"},
                                    {"flags", AT_SYMLINK_NOFOLLOW},
                                    {"base", directory()}});
}

}  // namespace
}  // namespace eyrie::testing

#endif  // __x86_64__

// SPDX-License-Identifier: Apache-2.0
//
// Each event that moves the data of files, made by a real call, argument by
// argument; and the bounds of what is carried of the data.

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/control.h"
#include "bpf/testing/call_fixture.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// Bytes of data that a record carries where nobody says otherwise.
constexpr size_t kDataBytes = EYRIE_DEFAULT_DATA_BYTES;
constexpr int64_t kHuge = 5'000'000'000;  // more than 32 bits

iovec Part(const void* bytes, size_t size) {
  return {.iov_base = const_cast<void*>(bytes), .iov_len = size};
}

class DataCallsTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    WriteFile(Path("file"), "0123456789");
    fd_ = open(Path("file").c_str(), O_RDWR);
    file_ = OfFile(fd_, Path("file"));
    ASSERT_EQ(pipe(pipe_), 0);
  }
  void TearDown() override {
    close(fd_);
    close(pipe_[0]);
    close(pipe_[1]);
    CallFixture::TearDown();
  }

  int fd_ = -1;
  Arguments file_;  // of fd_
  int pipe_[2] = {-1, -1};
};
EYRIE_INSTANTIATE_SENSOR_TEST(DataCallsTest);

TEST_P(DataCallsTest, Read) {
  Want({EYRIE_EVENT_read});
  char buffer[] = "abcdefghijklmnop";
  EXPECT_EQ(syscall(SYS_read, fd_, buffer, 16), 10);
  Expect(EYRIE_EVENT_read,
         {{"res", 10}, {"data", "0123456789"}, {"fd", fd_}, {"size", 16}},
         file_);
  EXPECT_EQ(syscall(SYS_read, fd_, buffer, 16), 0);
  Expect(EYRIE_EVENT_read,
         {{"res", 0}, {"data", kNone}, {"fd", fd_}, {"size", 16}}, file_);
  EXPECT_EQ(syscall(SYS_read, -1, buffer, 16), -1);
  Expect(EYRIE_EVENT_read,
         {{"res", -EBADF}, {"data", kNone}, {"fd", -1}, {"size", 16}},
         OfNothing());
}

TEST_P(DataCallsTest, Write) {
  Want({EYRIE_EVENT_write});
  EXPECT_EQ(syscall(SYS_write, fd_, "ab\0cd", 5), 5);
  Expect(EYRIE_EVENT_write,
         {{"res", 5},
          {"data", std::string("ab\0cd", 5)},
          {"fd", fd_},
          {"size", 5}},
         file_);
  // What was to be written is told though it was not.
  EXPECT_EQ(syscall(SYS_write, 777, "secret", 6), -1);
  Expect(EYRIE_EVENT_write,
         {{"res", -EBADF}, {"data", "secret"}, {"fd", 777}, {"size", 6}},
         OfNothing());
}

TEST_P(DataCallsTest, PreadAndPwrite) {
  Want({EYRIE_EVENT_pread, EYRIE_EVENT_pwrite});
  EXPECT_EQ(syscall(SYS_pwrite64, fd_, "xyz", 3, kHuge), 3);
  Expect(
      EYRIE_EVENT_pwrite,
      {{"res", 3}, {"data", "xyz"}, {"fd", fd_}, {"size", 3}, {"pos", kHuge}},
      file_);
  EXPECT_EQ(syscall(SYS_pwrite64, fd_, "xyz", 3, -1L), -1);
  Expect(EYRIE_EVENT_pwrite,
         {{"res", -EINVAL},
          {"data", "xyz"},
          {"fd", fd_},
          {"size", 3},
          {"pos", -1}},
         file_);
  char buffer[8];
  EXPECT_EQ(syscall(SYS_pread64, fd_, buffer, 2, kHuge + 1), 2);
  Expect(EYRIE_EVENT_pread,
         {{"res", 2},
          {"data", "yz"},
          {"fd", fd_},
          {"size", 2},
          {"pos", kHuge + 1}},
         file_);
  EXPECT_EQ(syscall(SYS_pread64, pipe_[0], buffer, 2, 0), -1);
  Expect(EYRIE_EVENT_pread, {{"res", -ESPIPE},
                             {"data", kNone},
                             {"fd", pipe_[0]},
                             {"size", 2},
                             {"pos", 0}});
}

TEST_P(DataCallsTest, ReadvAndWritev) {
  Want({EYRIE_EVENT_readv, EYRIE_EVENT_writev});
  const iovec parts[] = {Part("one", 3), Part(nullptr, 0), Part("-two", 4)};
  EXPECT_EQ(syscall(SYS_writev, fd_, parts, 3), 7);
  Expect(EYRIE_EVENT_writev,
         {{"res", 7}, {"data", "one-two"}, {"fd", fd_}, {"size", 7}}, file_);
  EXPECT_EQ(syscall(SYS_writev, pipe_[0], parts, 1), -1);
  Expect(EYRIE_EVENT_writev,
         {{"res", -EBADF}, {"data", "one"}, {"fd", pipe_[0]}, {"size", 3}});
  char first[2], second[10] = "unfilled!";
  const iovec into[] = {Part(first, 2), Part(second, 10)};
  ASSERT_EQ(lseek(fd_, 5, SEEK_SET), 5);
  EXPECT_EQ(syscall(SYS_readv, fd_, into, 2), 5);
  Expect(EYRIE_EVENT_readv,
         {{"res", 5}, {"size", 12}, {"data", "wo789"}, {"fd", fd_}}, file_);
  EXPECT_EQ(syscall(SYS_readv, -1, into, 2), -1);
  Expect(EYRIE_EVENT_readv,
         {{"res", -EBADF}, {"size", 12}, {"data", kNone}, {"fd", -1}},
         OfNothing());
}

TEST_P(DataCallsTest, PreadvAndPwritev) {
  struct Call {
    eyrie_event write, read;
    long write_number, read_number;
  };
  const Call calls[] = {
      {EYRIE_EVENT_pwritev, EYRIE_EVENT_preadv, SYS_pwritev, SYS_preadv},
      {EYRIE_EVENT_pwritev2, EYRIE_EVENT_preadv2, SYS_pwritev2, SYS_preadv2}};
  const iovec parts[] = {Part("ab", 2), Part("cd", 2)};
  char buffer[4];
  const iovec into[] = {Part(buffer, 1), Part(buffer + 1, 3)};
  for (const Call& call : calls) {
    Want({call.write, call.read});
    EXPECT_EQ(syscall(call.write_number, fd_, parts, 2, kHuge, 0, 0), 4);
    Expect(call.write,
           {{"res", 4},
            {"data", "abcd"},
            {"fd", fd_},
            {"size", 4},
            {"pos", kHuge}},
           file_);
    EXPECT_EQ(syscall(call.write_number, -1, parts, 2, 3, 0, 0), -1);
    Expect(call.write,
           {{"res", -EBADF},
            {"data", "abcd"},
            {"fd", -1},
            {"size", 4},
            {"pos", 3}},
           OfNothing());
    EXPECT_EQ(syscall(call.read_number, fd_, into, 2, kHuge + 1, 0, 0), 3);
    Expect(call.read,
           {{"res", 3},
            {"size", 4},
            {"data", "bcd"},
            {"fd", fd_},
            {"pos", kHuge + 1}},
           file_);
    EXPECT_EQ(syscall(call.read_number, -1, into, 1, 3, 0, 0), -1);
    Expect(
        call.read,
        {{"res", -EBADF}, {"size", 1}, {"data", kNone}, {"fd", -1}, {"pos", 3}},
        OfNothing());
  }
  // -1 is the current offset.
  ASSERT_EQ(lseek(fd_, 0, SEEK_SET), 0);
  EXPECT_EQ(syscall(SYS_preadv2, fd_, into, 1, -1L, -1L, 0), 1);
  Expect(EYRIE_EVENT_preadv2,
         {{"res", 1}, {"size", 1}, {"data", "0"}, {"fd", fd_}, {"pos", -1}},
         file_);
}

TEST_P(DataCallsTest, Sendfile) {
  const Arguments out = OfFile(
      pipe_[1], absl::StrCat("pipe:[", OfFile(pipe_[1], "").at("fd_ino"), "]"));
  Want({EYRIE_EVENT_sendfile});
  off_t offset = 2;
  EXPECT_EQ(syscall(SYS_sendfile, pipe_[1], fd_, &offset, 3), 3);
  Expect(EYRIE_EVENT_sendfile,
         {{"res", 3},
          {"offset", 5},
          {"fd", pipe_[1]},
          {"in_fd", fd_},
          {"size", 3}},
         out);
  EXPECT_EQ(syscall(SYS_sendfile, pipe_[1], -1, nullptr, 3), -1);
  Expect(EYRIE_EVENT_sendfile,
         {{"res", -EBADF},
          {"offset", 0},
          {"fd", pipe_[1]},
          {"in_fd", -1},
          {"size", 3}},
         out);
}

TEST_P(DataCallsTest, Splice) {
  Want({EYRIE_EVENT_splice});
  EXPECT_EQ(
      syscall(SYS_splice, fd_, nullptr, pipe_[1], nullptr, 4, SPLICE_F_MOVE),
      4);
  Expect(EYRIE_EVENT_splice,
         {{"res", 4},
          {"fd", fd_},
          {"fd_out", pipe_[1]},
          {"size", 4},
          {"flags", SPLICE_F_MOVE}},
         file_);
  EXPECT_EQ(syscall(SYS_splice, fd_, nullptr, fd_, nullptr, 4, 0), -1);
  Expect(EYRIE_EVENT_splice,
         {{"res", -EINVAL},
          {"fd", fd_},
          {"fd_out", fd_},
          {"size", 4},
          {"flags", 0}},
         file_);
}

TEST_P(DataCallsTest, CopyFileRange) {
  Want({EYRIE_EVENT_copy_file_range});
  const int to = open(Path("copy").c_str(), O_CREAT | O_RDWR, 0600);
  loff_t in = 1, out = kHuge;
  EXPECT_EQ(syscall(SYS_copy_file_range, fd_, &in, to, &out, 4, 0), 4);
  Expect(EYRIE_EVENT_copy_file_range,
         {{"res", 4},
          {"fdout", to},
          {"offout", kHuge + 4},
          {"fd", fd_},
          {"offin", 5},
          {"len", 4}},
         file_);
  EXPECT_EQ(syscall(SYS_copy_file_range, fd_, nullptr, -1, nullptr, 4, 0), -1);
  Expect(EYRIE_EVENT_copy_file_range,
         {{"res", -EBADF},
          {"fdout", -1},
          {"offout", 0},
          {"fd", fd_},
          {"offin", 0},
          {"len", 4}},
         file_);
  close(to);
}

// ---- bounds -----------------------------------------------------------------

TEST_P(DataCallsTest, CarriesTheBeginningOfLongData) {
  Want({EYRIE_EVENT_write, EYRIE_EVENT_writev});
  for (const size_t size :
       {kDataBytes - 1, kDataBytes, kDataBytes + 1, size_t{100'000}}) {
    const std::string data(size, 'd');
    const std::string expected = data.substr(0, kDataBytes);
    syscall(SYS_write, fd_, data.data(), size);
    const Record written =
        Expect(EYRIE_EVENT_write,
               {{"res", size}, {"data", expected}, {"fd", fd_}, {"size", size}},
               file_);
    EXPECT_EQ(written.header().flags, uint32_t{EYRIE_RECORD_HAS_RESULT});
    const iovec parts[] = {Part(data.data(), size / 2),
                           Part(data.data(), size - size / 2)};
    syscall(SYS_writev, fd_, parts, 2);
    Expect(EYRIE_EVENT_writev,
           {{"res", size}, {"data", expected}, {"fd", fd_}, {"size", size}},
           file_);
  }
}

TEST_P(DataCallsTest, CarriesTheFirstFourPartsOfAVector) {
  Want({EYRIE_EVENT_writev});
  const iovec parts[] = {Part("1", 1), Part("2", 1), Part("3", 1),
                         Part("4", 1), Part("5", 1), Part("6", 1)};
  for (const int count : {4, 5, 6}) {
    EXPECT_EQ(syscall(SYS_writev, fd_, parts, count), count);
    Expect(EYRIE_EVENT_writev,
           {{"res", count}, {"data", "1234"}, {"fd", fd_}, {"size", 4}}, file_);
  }
}

TEST_P(DataCallsTest, NoDataIsNoValue) {
  Want({EYRIE_EVENT_write, EYRIE_EVENT_writev, EYRIE_EVENT_read});
  EXPECT_EQ(syscall(SYS_write, fd_, "x", 0), 0);
  const Record none =
      Expect(EYRIE_EVENT_write,
             {{"res", 0}, {"data", kNone}, {"fd", fd_}, {"size", 0}}, file_);
  EXPECT_EQ(none.header().flags, uint32_t{EYRIE_RECORD_HAS_RESULT});
  EXPECT_EQ(syscall(SYS_writev, fd_, nullptr, 0), 0);
  const Record no_parts =
      Expect(EYRIE_EVENT_writev,
             {{"res", 0}, {"data", kNone}, {"fd", fd_}, {"size", 0}}, file_);
  EXPECT_EQ(no_parts.header().flags, uint32_t{EYRIE_RECORD_HAS_RESULT});
}

TEST_P(DataCallsTest, UnreadableDataIsFlagged) {
  Want({EYRIE_EVENT_write, EYRIE_EVENT_writev});
  // /dev/null takes what it need not read.
  const int null = open("/dev/null", O_WRONLY);
  const Arguments of_null = OfFile(null, "/dev/null");
  for (const char* data : {static_cast<const char*>(nullptr),
                           static_cast<const char*>(EndOfMemory())}) {
    EXPECT_EQ(syscall(SYS_write, null, data, 5), 5);
    const Record written = Expect(
        EYRIE_EVENT_write,
        {{"res", 5}, {"data", kNone}, {"fd", null}, {"size", 5}}, of_null);
    EXPECT_TRUE(written.has_flag(EYRIE_RECORD_FAULTED));
  }
  // The parts before the unreadable one are carried.
  const iovec parts[] = {Part("read", 4), Part(EndOfMemory(), 4)};
  syscall(SYS_writev, null, parts, 2);
  const Record half = Expect(
      EYRIE_EVENT_writev,
      {{"res", 8}, {"data", "read"}, {"fd", null}, {"size", 8}}, of_null);
  EXPECT_TRUE(half.has_flag(EYRIE_RECORD_FAULTED));
  // So is a vector that itself cannot be read.
  for (const char* vector : {static_cast<const char*>(nullptr),
                             static_cast<const char*>(EndOfMemory())}) {
    EXPECT_EQ(syscall(SYS_writev, null, vector, 2), -1);
    const Record faulted =
        Expect(EYRIE_EVENT_writev,
               {{"res", -EFAULT}, {"data", kNone}, {"fd", null}, {"size", 0}},
               of_null);
    EXPECT_TRUE(faulted.has_flag(EYRIE_RECORD_FAULTED));
  }
  close(null);
}

TEST_P(DataCallsTest, DataThatEndsInsideItsMemoryIsCarried) {
  Want({EYRIE_EVENT_write});
  char* const end = EndOfMemory();
  memcpy(end - 3, "abc", 3);
  EXPECT_EQ(syscall(SYS_write, fd_, end - 3, 3), 3);
  Expect(EYRIE_EVENT_write,
         {{"res", 3}, {"data", "abc"}, {"fd", fd_}, {"size", 3}}, file_);
  // The kernel writes what it can; the rest of the data is not there.
  EXPECT_EQ(syscall(SYS_write, fd_, end - 3, 50), 3);
  const Record cut =
      Expect(EYRIE_EVENT_write,
             {{"res", 3}, {"data", "abc"}, {"fd", fd_}, {"size", 50}}, file_);
  EXPECT_TRUE(cut.has_flag(EYRIE_RECORD_FAULTED));
}

}  // namespace
}  // namespace eyrie::testing

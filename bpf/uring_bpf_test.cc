// SPDX-License-Identifier: Apache-2.0
//
// Operations of io_uring, each made for real: seen as the events they are.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// A ring of the calling process, one request at a time.
class Ring {
 public:
  explicit Ring(uint32_t flags = 0) {
    io_uring_params params = {};
    params.flags = flags;
    params.sq_thread_idle = 1000;
    fd_ = static_cast<int>(syscall(SYS_io_uring_setup, 8, &params));
    if (fd_ < 0) return;
    params_ = params;
    submissions_ =
        Map(params.sq_off.array + params.sq_entries * 4, IORING_OFF_SQ_RING);
    completions_ =
        Map(params.cq_off.cqes + params.cq_entries * 16, IORING_OFF_CQ_RING);
    entries_ = reinterpret_cast<io_uring_sqe*>(
        Map(params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
  }
  ~Ring() { close(fd_); }

  bool is_open() const { return fd_ >= 0; }

  // Submits `request` and waits for its result.
  int Run(const io_uring_sqe& request) {
    entries_[0] = request;
    auto* tail = At(submissions_, params_.sq_off.tail);
    auto* array = At(submissions_, params_.sq_off.array);
    const uint32_t mask = *At(submissions_, params_.sq_off.ring_mask);
    array[*tail & mask] = 0;
    std::atomic_ref<uint32_t>(*tail).fetch_add(1, std::memory_order_release);
    uint32_t flags = IORING_ENTER_GETEVENTS;
    if ((params_.flags & IORING_SETUP_SQPOLL) != 0) {
      flags |= IORING_ENTER_SQ_WAKEUP;
    }
    syscall(SYS_io_uring_enter, fd_, 1, 1, flags, nullptr, 0);
    auto* head = At(completions_, params_.cq_off.head);
    const uint32_t completion_mask =
        *At(completions_, params_.cq_off.ring_mask);
    auto* completions =
        reinterpret_cast<io_uring_cqe*>(completions_ + params_.cq_off.cqes);
    const int result = completions[*head & completion_mask].res;
    std::atomic_ref<uint32_t>(*head).fetch_add(1, std::memory_order_release);
    return result;
  }

 private:
  char* Map(size_t size, uint64_t offset) {
    void* memory =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
             fd_, static_cast<off_t>(offset));
    return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
  }
  static uint32_t* At(char* memory, uint32_t offset) {
    return reinterpret_cast<uint32_t*>(memory + offset);
  }

  int fd_ = -1;
  io_uring_params params_ = {};
  char* submissions_ = nullptr;
  char* completions_ = nullptr;
  io_uring_sqe* entries_ = nullptr;
};

io_uring_sqe Request(uint8_t opcode, int fd) {
  io_uring_sqe request = {};
  request.opcode = opcode;
  request.fd = fd;
  return request;
}

uint64_t Address(const void* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

class UringTest : public SensorTest {
 protected:
  void SetUp() override {
    SensorTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(ring_.is_open()) << strerror(errno);
  }
  Ring ring_;
};
EYRIE_INSTANTIATE_SENSOR_TEST(UringTest);

TEST_P(UringTest, OpenatIsSeenWithItsFileAndDescriptor) {
  Want({EYRIE_EVENT_openat});
  const std::string path = Path("file");
  const std::string link = Path("link");
  WriteFile(path, "text");
  ASSERT_EQ(symlink("file", link.c_str()), 0);
  io_uring_sqe request = Request(IORING_OP_OPENAT, AT_FDCWD);
  request.addr = Address(link.c_str());
  request.open_flags = O_RDONLY;
  const int fd = ring_.Run(request);
  ASSERT_GE(fd, 0) << strerror(-fd);
  struct stat facts;
  fstat(fd, &facts);
  const Record record =
      Await(EYRIE_EVENT_openat, getpid(), [](const Record& candidate) {
        return candidate.has_flag(EYRIE_RECORD_IO_URING);
      });
  ExpectArguments(record, {{"fd", absl::StrCat(fd)},
                           {"dirfd", absl::StrCat(AT_FDCWD)},
                           {"name", link},
                           {"flags", kAnything},
                           {"mode", "0"},
                           {"dev", absl::StrCat(facts.st_dev)},
                           {"ino", absl::StrCat(facts.st_ino)},
                           {"realpath", path}});
  EXPECT_EQ(record.header().result, fd);
  EXPECT_EQ(record.header().process.pid, static_cast<uint32_t>(getpid()));
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  close(fd);
}

TEST_P(UringTest, FailedOpenat2HasItsErrorAndName) {
  Want({EYRIE_EVENT_openat2});
  const std::string path = Path("missing");
  open_how how = {};
  how.flags = O_WRONLY;
  how.resolve = 0x04;  // RESOLVE_NO_SYMLINKS
  io_uring_sqe request = Request(IORING_OP_OPENAT2, AT_FDCWD);
  request.addr = Address(path.c_str());
  request.len = sizeof(how);
  request.off = Address(&how);
  EXPECT_EQ(ring_.Run(request), -ENOENT);
  const Record record = Await(EYRIE_EVENT_openat2);
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_IO_URING));
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  ExpectArguments(record, {{"fd", absl::StrCat(-ENOENT)},
                           {"dirfd", absl::StrCat(AT_FDCWD)},
                           {"name", path},
                           {"flags", kAnything},
                           {"mode", "0"},
                           {"resolve", "4"},
                           {"dev", "0"},
                           {"ino", "0"}});
}

TEST_P(UringTest, NamesAreMadeAndRemoved) {
  Want({EYRIE_EVENT_mkdirat, EYRIE_EVENT_unlinkat, EYRIE_EVENT_renameat2,
        EYRIE_EVENT_symlinkat, EYRIE_EVENT_linkat});
  const int directory_fd = open(directory().c_str(), O_RDONLY | O_DIRECTORY);
  const std::string here = absl::StrCat(directory_fd);
  io_uring_sqe request = Request(IORING_OP_MKDIRAT, directory_fd);
  request.addr = Address("folder");
  request.len = 0750;
  ASSERT_EQ(ring_.Run(request), 0);
  ExpectArguments(Await(EYRIE_EVENT_mkdirat), {{"res", "0"},
                                               {"dirfd", here},
                                               {"path", "folder"},
                                               {"mode", absl::StrCat(0750)},
                                               {"base", directory()}});

  request = Request(IORING_OP_SYMLINKAT, directory_fd);
  request.addr = Address("/target");
  request.addr2 = Address("link");
  ASSERT_EQ(ring_.Run(request), 0);
  ExpectArguments(Await(EYRIE_EVENT_symlinkat), {{"res", "0"},
                                                 {"target", "/target"},
                                                 {"linkdirfd", here},
                                                 {"linkpath", "link"},
                                                 {"base", directory()}});

  WriteFile(Path("a"), "x");
  request = Request(IORING_OP_LINKAT, directory_fd);
  request.addr = Address("a");
  request.len = directory_fd;
  request.addr2 = Address("b");
  ASSERT_EQ(ring_.Run(request), 0);
  ExpectArguments(Await(EYRIE_EVENT_linkat), {{"res", "0"},
                                              {"olddirfd", here},
                                              {"oldpath", "a"},
                                              {"newdirfd", here},
                                              {"newpath", "b"},
                                              {"flags", "0"},
                                              {"oldbase", directory()},
                                              {"newbase", directory()}});

  request = Request(IORING_OP_RENAMEAT, directory_fd);
  request.addr = Address("b");
  request.len = directory_fd;
  request.addr2 = Address("c");
  request.rename_flags = 1;  // RENAME_NOREPLACE
  ASSERT_EQ(ring_.Run(request), 0);
  ExpectArguments(Await(EYRIE_EVENT_renameat2), {{"res", "0"},
                                                 {"olddirfd", here},
                                                 {"oldpath", "b"},
                                                 {"newdirfd", here},
                                                 {"newpath", "c"},
                                                 {"flags", "1"},
                                                 {"oldbase", directory()},
                                                 {"newbase", directory()}});

  request = Request(IORING_OP_UNLINKAT, directory_fd);
  request.addr = Address("folder");
  EXPECT_EQ(ring_.Run(request), -EISDIR);
  ExpectArguments(Await(EYRIE_EVENT_unlinkat), {{"res", absl::StrCat(-EISDIR)},
                                                {"dirfd", here},
                                                {"name", "folder"},
                                                {"flags", "0"},
                                                {"base", directory()}});
  close(directory_fd);
}

TEST_P(UringTest, DataThatIsReadAndWritten) {
  Want({EYRIE_EVENT_read, EYRIE_EVENT_write});
  const std::string path = Path("file");
  WriteFile(path, "some text");
  const int fd = open(path.c_str(), O_RDWR);
  char buffer[64] = {};
  io_uring_sqe request = Request(IORING_OP_READ, fd);
  request.addr = Address(buffer);
  request.len = sizeof(buffer);
  ASSERT_EQ(ring_.Run(request), 9);
  const auto in_ring = [](const Record& record) {
    return record.has_flag(EYRIE_RECORD_IO_URING);
  };
  ExpectArguments(Await(EYRIE_EVENT_read, getpid(), in_ring),
                  {{"res", "9"},
                   {"data", "some text"},
                   {"fd", absl::StrCat(fd)},
                   {"size", "64"},
                   {"fd_path", path}});
  request = Request(IORING_OP_WRITE, fd);
  request.addr = Address("more");
  request.len = 4;
  ASSERT_EQ(ring_.Run(request), 4);
  ExpectArguments(Await(EYRIE_EVENT_write, getpid(), in_ring),
                  {{"res", "4"},
                   {"data", "more"},
                   {"fd", absl::StrCat(fd)},
                   {"size", "4"},
                   {"fd_path", path}});
  close(fd);
}

TEST_P(UringTest, CloseIsReportedWithWhatItClosed) {
  Want({EYRIE_EVENT_close});
  const std::string path = Path("file");
  WriteFile(path, "x");
  const int fd = open(path.c_str(), O_RDONLY);
  ASSERT_EQ(ring_.Run(Request(IORING_OP_CLOSE, fd)), 0);
  const Record record =
      Await(EYRIE_EVENT_close, getpid(), [](const Record& candidate) {
        return candidate.has_flag(EYRIE_RECORD_IO_URING);
      });
  // The ring names the descriptor in `fd` of its own struct.
  ExpectArguments(record,
                  {{"res", "0"}, {"fd", absl::StrCat(fd)}, {"fd_path", path}});
}

TEST_P(UringTest, SocketsAreMadeConnectedAndUsed) {
  Want({EYRIE_EVENT_socket, EYRIE_EVENT_connect, EYRIE_EVENT_accept4,
        EYRIE_EVENT_sendto, EYRIE_EVENT_recvfrom});
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(
      bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
      0);
  ASSERT_EQ(listen(listener, 4), 0);
  socklen_t length = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  const std::string server =
      absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  const auto in_ring = [](const Record& record) {
    return record.has_flag(EYRIE_RECORD_IO_URING);
  };

  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  io_uring_sqe request = Request(IORING_OP_CONNECT, client);
  request.addr = Address(&address);
  request.off = sizeof(address);
  ASSERT_EQ(ring_.Run(request), 0);
  sockaddr_in own = {};
  getsockname(client, reinterpret_cast<sockaddr*>(&own), &length);
  const std::string here = absl::StrCat("127.0.0.1:", ntohs(own.sin_port));
  const Record connected = Await(EYRIE_EVENT_connect, getpid(), in_ring);
  ExpectArguments(connected, {{"res", "0"},
                              {"tuple", kAnything},
                              {"fd", absl::StrCat(client)},
                              {"addr", server},
                              {"local", here},
                              {"remote", server}});

  const int accepted = ring_.Run(Request(IORING_OP_ACCEPT, listener));
  ASSERT_GE(accepted, 0);
  const Record accept = Await(EYRIE_EVENT_accept4, getpid(), in_ring);
  EXPECT_EQ(accept.Arguments().at("fd"), absl::StrCat(accepted));
  EXPECT_EQ(accept.Arguments().at("local"), server);
  EXPECT_EQ(accept.Arguments().at("remote"), here);

  request = Request(IORING_OP_SEND, client);
  request.addr = Address("hello");
  request.len = 5;
  ASSERT_EQ(ring_.Run(request), 5);
  ExpectArguments(Await(EYRIE_EVENT_sendto, getpid(), in_ring),
                  {{"res", "5"},
                   {"data", "hello"},
                   {"fd", absl::StrCat(client)},
                   {"size", "5"},
                   {"tuple", kAnything},
                   {"local", here},
                   {"remote", server}});
  char buffer[32];
  request = Request(IORING_OP_RECV, accepted);
  request.addr = Address(buffer);
  request.len = sizeof(buffer);
  ASSERT_EQ(ring_.Run(request), 5);
  ExpectArguments(Await(EYRIE_EVENT_recvfrom, getpid(), in_ring),
                  {{"res", "5"},
                   {"data", "hello"},
                   {"tuple", kAnything},
                   {"fd", absl::StrCat(accepted)},
                   {"size", "32"},
                   {"local", server},
                   {"remote", here}});
  for (const int fd : {listener, client, accepted}) close(fd);
}

TEST_P(UringTest, RefusedConnectHasTheAddressThatWasGiven) {
  Want({EYRIE_EVENT_connect});
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, "/no/such/socket");
  io_uring_sqe request = Request(IORING_OP_CONNECT, client);
  request.addr = Address(&address);
  request.off = sizeof(address);
  EXPECT_EQ(ring_.Run(request), -ENOENT);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  EXPECT_EQ(record.Arguments().at("addr"), "unix:/no/such/socket");
  EXPECT_EQ(record.Arguments().at("res"), absl::StrCat(-ENOENT));
  close(client);
}

// A thread of the kernel submits for the process.
TEST_P(UringTest, PolledSubmissionsAreTheProcesss) {
  Want({EYRIE_EVENT_openat});
  Ring polled(IORING_SETUP_SQPOLL);
  ASSERT_TRUE(polled.is_open()) << strerror(errno);
  const std::string path = Path("file");
  WriteFile(path, "x");
  io_uring_sqe request = Request(IORING_OP_OPENAT, AT_FDCWD);
  request.addr = Address(path.c_str());
  request.open_flags = O_RDONLY;
  const int fd = polled.Run(request);
  ASSERT_GE(fd, 0) << strerror(-fd);
  const Record record =
      Await(EYRIE_EVENT_openat, getpid(), [](const Record& candidate) {
        return candidate.has_flag(EYRIE_RECORD_IO_URING);
      });
  EXPECT_EQ(record.Arguments().at("name"), path);
  EXPECT_EQ(record.Arguments().at("realpath"), path);
  close(fd);
}

}  // namespace
}  // namespace eyrie::testing

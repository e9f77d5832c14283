// SPDX-License-Identifier: Apache-2.0
//
// Each socket event, made by a real call, argument by argument.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

using ConnectArgs = eyrie_connect_args;
using AcceptArgs = eyrie_accept_args;
using BindArgs = eyrie_bind_args;

class NetworkEventsTest : public SensorTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(NetworkEventsTest);

sockaddr_in Ipv4(const char* address, int port) {
  sockaddr_in result = {.sin_family = AF_INET,
                        .sin_port = htons(static_cast<uint16_t>(port))};
  inet_pton(AF_INET, address, &result.sin_addr);
  return result;
}

sockaddr_in6 Ipv6(const char* address, int port) {
  sockaddr_in6 result = {.sin6_family = AF_INET6,
                         .sin6_port = htons(static_cast<uint16_t>(port))};
  inet_pton(AF_INET6, address, &result.sin6_addr);
  return result;
}

template <typename Address>
int Connect(int fd, const Address& address) {
  return connect(fd, reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address));
}

template <typename Address>
int Bind(int fd, const Address& address) {
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

// The port a socket is bound to.
int PortOf(int fd) {
  sockaddr_in6 address;
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin6_port);
}

// A listening socket on any port of the loopback.
int Listen(int family) {
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int bound = family == AF_INET ? Bind(fd, Ipv4("127.0.0.1", 0))
                                      : Bind(fd, Ipv6("::1", 0));
  EXPECT_EQ(bound, 0) << strerror(errno);
  EXPECT_EQ(listen(fd, 7), 0);
  return fd;
}

// `name` with a leading NUL is abstract. Returns the address's length.
socklen_t Unix(const std::string& name, sockaddr_un* address) {
  *address = {.sun_family = AF_UNIX};
  memcpy(address->sun_path, name.data(), name.size());
  const size_t terminator = name[0] == '\0' ? 0 : 1;
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() +
                                terminator);
}

TEST_P(NetworkEventsTest, ConnectIpv4) {
  const int listener = Listen(AF_INET);
  const int port = PortOf(listener);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(Connect(fd, Ipv4("127.0.0.1", port)), 0);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Int(&ConnectArgs::res), 0);
  EXPECT_EQ(record.header().result, 0);
  EXPECT_EQ(record.Int(&ConnectArgs::fd), fd);
  EXPECT_EQ(record.Address(&ConnectArgs::addr),
            absl::StrCat("127.0.0.1:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::remote),
            absl::StrCat("127.0.0.1:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::local),
            absl::StrCat("127.0.0.1:", PortOf(fd)));
  EXPECT_EQ(record.Int(&ConnectArgs::protocol), IPPROTO_TCP);
  EXPECT_EQ(record.Int(&ConnectArgs::socket_type), SOCK_STREAM);
  EXPECT_EQ(record.header().flags, uint32_t{EYRIE_RECORD_HAS_RESULT});
  close(fd);
  close(listener);
}

TEST_P(NetworkEventsTest, ConnectIpv6) {
  const int listener = Listen(AF_INET6);
  const int port = PortOf(listener);
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  ASSERT_EQ(Connect(fd, Ipv6("::1", port)), 0) << strerror(errno);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Address(&ConnectArgs::addr), absl::StrCat("[::1]:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::remote), absl::StrCat("[::1]:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::local),
            absl::StrCat("[::1]:", PortOf(fd)));
  close(fd);
  close(listener);
}

TEST_P(NetworkEventsTest, MappedIpv4HasOneNameAsPeer) {
  const int listener = Listen(AF_INET);
  const int port = PortOf(listener);
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  ASSERT_EQ(Connect(fd, Ipv6("::ffff:127.0.0.1", port)), 0);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Address(&ConnectArgs::addr),
            absl::StrCat("[::ffff:127.0.0.1]:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::remote),
            absl::StrCat("127.0.0.1:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::local),
            absl::StrCat("127.0.0.1:", PortOf(fd)));
  close(fd);
  close(listener);
}

TEST_P(NetworkEventsTest, RefusedConnectHasOnlyTheGivenAddress) {
  const int listener = Listen(AF_INET);
  const int port = PortOf(listener);
  close(listener);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(Connect(fd, Ipv4("127.0.0.1", port)), -1);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Int(&ConnectArgs::res), -ECONNREFUSED);
  EXPECT_EQ(record.Address(&ConnectArgs::addr),
            absl::StrCat("127.0.0.1:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::remote), "(none)");
  EXPECT_EQ(record.Address(&ConnectArgs::local), "(none)");
  EXPECT_EQ(record.Int(&ConnectArgs::protocol), IPPROTO_TCP);
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  close(fd);
}

TEST_P(NetworkEventsTest, ConnectInProgressHasBothEnds) {
  const int listener = Listen(AF_INET);
  const int port = PortOf(listener);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  ASSERT_EQ(Connect(fd, Ipv4("127.0.0.1", port)), -1);
  ASSERT_EQ(errno, EINPROGRESS);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Int(&ConnectArgs::res), -EINPROGRESS);
  EXPECT_EQ(record.Address(&ConnectArgs::remote),
            absl::StrCat("127.0.0.1:", port));
  EXPECT_EQ(record.Address(&ConnectArgs::local),
            absl::StrCat("127.0.0.1:", PortOf(fd)));
  EXPECT_FALSE(record.has_flag(EYRIE_RECORD_UNVERIFIED));
  close(fd);
  close(listener);
}

TEST_P(NetworkEventsTest, ConnectOfUdp) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  ASSERT_EQ(Connect(fd, Ipv4("127.0.0.1", 53)), 0);
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Address(&ConnectArgs::remote), "127.0.0.1:53");
  EXPECT_EQ(record.Address(&ConnectArgs::local),
            absl::StrCat("127.0.0.1:", PortOf(fd)));
  EXPECT_EQ(record.Int(&ConnectArgs::protocol), IPPROTO_UDP);
  EXPECT_EQ(record.Int(&ConnectArgs::socket_type), SOCK_DGRAM);
  close(fd);
}

TEST_P(NetworkEventsTest, UnixSocketsByPathAndAbstract) {
  struct Case {
    std::string name;      // as bound
    std::string expected;  // as reported
  };
  const std::string longest(107, 'u');
  const Case cases[] = {
      {Path("s.sock"), "unix:" + Path("s.sock")},
      {std::string("\0eyrie\0x", 8), std::string("unix:@eyrie\0x", 13)},
      {longest, "unix:" + longest},
  };
  ASSERT_EQ(chdir(directory().c_str()), 0);
  for (const Case& c : cases) {
    sockaddr_un address;
    const socklen_t size = Unix(c.name, &address);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(bind(listener, generic, size), 0) << strerror(errno);
    const Record bound = Await(EYRIE_EVENT_bind);
    EXPECT_EQ(bound.Address(&BindArgs::addr), c.expected);
    EXPECT_EQ(bound.Address(&BindArgs::local), c.expected);
    ASSERT_EQ(listen(listener, 1), 0);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(connect(fd, generic, size), 0) << strerror(errno);
    const Record record = Await(EYRIE_EVENT_connect);
    EXPECT_EQ(record.Address(&ConnectArgs::addr), c.expected);
    EXPECT_EQ(record.Address(&ConnectArgs::remote), c.expected);
    EXPECT_EQ(record.Address(&ConnectArgs::local), "unix:");
    EXPECT_EQ(record.Int(&ConnectArgs::protocol), 0);
    close(fd);
    close(listener);
  }
  ASSERT_EQ(chdir("/"), 0);
}

TEST_P(NetworkEventsTest, ConnectThatCannotWork) {
  const int file = open("/dev/null", O_RDONLY);
  EXPECT_EQ(Connect(file, Ipv4("10.0.0.1", 1)), -1);
  const Record not_a_socket = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(not_a_socket.Int(&ConnectArgs::res), -ENOTSOCK);
  EXPECT_EQ(not_a_socket.Address(&ConnectArgs::addr), "10.0.0.1:1");
  EXPECT_EQ(not_a_socket.Int(&ConnectArgs::socket_type), 0);
  close(file);

  EXPECT_EQ(connect(-1, nullptr, 16), -1);
  const Record no_descriptor = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(no_descriptor.Int(&ConnectArgs::res), -EBADF);
  EXPECT_EQ(no_descriptor.Int(&ConnectArgs::fd), -1);
  EXPECT_EQ(no_descriptor.Address(&ConnectArgs::addr), "(none)");
  EXPECT_TRUE(no_descriptor.has_flag(EYRIE_RECORD_FAULTED));

  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(fd, nullptr, 4096), -1);
  const Record too_long = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(too_long.Int(&ConnectArgs::res), -EINVAL);
  EXPECT_EQ(too_long.Address(&ConnectArgs::addr), "(none)");
  close(fd);
}

TEST_P(NetworkEventsTest, OtherFamiliesAreNamedByNumber) {
  const int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  const sockaddr_nl address = {.nl_family = AF_NETLINK};
  ASSERT_EQ(Bind(fd, address), 0);
  const Record record = Await(EYRIE_EVENT_bind);
  EXPECT_EQ(record.Address(&BindArgs::addr), "family 16");
  EXPECT_EQ(record.Address(&BindArgs::local), "family 16");
  EXPECT_EQ(record.Int(&BindArgs::socket_type), SOCK_RAW);
  close(fd);
}

TEST_P(NetworkEventsTest, BindNamesTheGivenAndTheRealPort) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(Bind(fd, Ipv4("0.0.0.0", 0)), 0);
  const Record record = Await(EYRIE_EVENT_bind);
  EXPECT_EQ(record.Int(&BindArgs::res), 0);
  EXPECT_EQ(record.Int(&BindArgs::fd), fd);
  EXPECT_EQ(record.Address(&BindArgs::addr), "0.0.0.0:0");
  EXPECT_EQ(record.Address(&BindArgs::local),
            absl::StrCat("0.0.0.0:", PortOf(fd)));
  EXPECT_EQ(record.Address(&BindArgs::remote), "(none)");
  EXPECT_EQ(record.Int(&BindArgs::protocol), IPPROTO_TCP);

  const int other = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(Bind(other, Ipv4("0.0.0.0", PortOf(fd))), -1);
  const Record failed = Await(EYRIE_EVENT_bind);
  EXPECT_EQ(failed.Int(&BindArgs::res), -EADDRINUSE);
  EXPECT_EQ(failed.Address(&BindArgs::addr),
            absl::StrCat("0.0.0.0:", PortOf(fd)));
  close(fd);
  close(other);
}

TEST_P(NetworkEventsTest, AcceptNamesBothEndsAndTheQueue) {
  const int listener = Listen(AF_INET);
  int clients[3];
  for (int& client : clients) {
    client = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(Connect(client, Ipv4("127.0.0.1", PortOf(listener))), 0);
  }
  const int fd = accept(listener, nullptr, nullptr);
  const Record record = Await(EYRIE_EVENT_accept);
  EXPECT_EQ(record.Int(&AcceptArgs::fd), fd);
  EXPECT_EQ(record.Address(&AcceptArgs::local),
            absl::StrCat("127.0.0.1:", PortOf(listener)));
  EXPECT_EQ(record.Address(&AcceptArgs::remote),
            absl::StrCat("127.0.0.1:", PortOf(clients[0])));
  EXPECT_EQ(record.Int(&AcceptArgs::queuelen), 2);
  EXPECT_EQ(record.Int(&AcceptArgs::queuemax), 7);
  EXPECT_EQ(record.Int(&AcceptArgs::queuepct), 28);
  EXPECT_EQ(record.Int(&AcceptArgs::protocol), IPPROTO_TCP);

  using Accept4Args = eyrie_accept4_args;
  const int fd4 = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  const Record with_flags = Await(EYRIE_EVENT_accept4);
  EXPECT_EQ(with_flags.Int(&Accept4Args::fd), fd4);
  EXPECT_EQ(with_flags.Int(&Accept4Args::flags), SOCK_CLOEXEC);
  EXPECT_EQ(with_flags.Address(&Accept4Args::remote),
            absl::StrCat("127.0.0.1:", PortOf(clients[1])));
  EXPECT_EQ(with_flags.Int(&Accept4Args::queuelen), 1);
  for (int client : clients) close(client);
  close(fd);
  close(fd4);
  close(listener);
}

TEST_P(NetworkEventsTest, AcceptThatFailsHasNoEnds) {
  const int listener = Listen(AF_INET);
  fcntl(listener, F_SETFL, O_NONBLOCK);
  EXPECT_EQ(accept(listener, nullptr, nullptr), -1);
  const Record record = Await(EYRIE_EVENT_accept);
  EXPECT_EQ(record.Int(&AcceptArgs::fd), -EAGAIN);
  EXPECT_EQ(record.Address(&AcceptArgs::remote), "(none)");
  EXPECT_EQ(record.Int(&AcceptArgs::queuemax), 7);
  close(listener);
}

#ifdef __x86_64__
TEST_P(NetworkEventsTest, FindsTheArgumentsOf32BitSocketcall) {
  // Everything pointed to must lie below 4 GiB.
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  auto* address = static_cast<sockaddr_in*>(page);
  *address = Ipv4("127.0.0.1", 9);
  auto* arguments = reinterpret_cast<uint32_t*>(address + 1);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  arguments[0] = static_cast<uint32_t>(fd);
  arguments[1] = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(address));
  arguments[2] = sizeof(*address);
  long result;
  // socketcall(SYS_CONNECT, arguments)
  asm volatile("int $0x80"
               : "=a"(result)
               : "a"(102), "b"(3), "c"(arguments)
               : "memory", "r8", "r9", "r10", "r11");
  if (result == -ENOSYS) {
    std::printf("EYRIE_SKIP: this kernel has no 32-bit system calls\n");
    GTEST_SKIP();
  }
  const Record record = Await(EYRIE_EVENT_connect);
  EXPECT_EQ(record.Int(&ConnectArgs::fd), fd);
  EXPECT_EQ(record.Address(&ConnectArgs::addr), "127.0.0.1:9");
  EXPECT_EQ(record.Address(&ConnectArgs::remote), "127.0.0.1:9");
  EXPECT_TRUE(record.has_flag(EYRIE_RECORD_COMPAT32));
  close(fd);
  munmap(page, 4096);
}
#endif

}  // namespace
}  // namespace eyrie::testing

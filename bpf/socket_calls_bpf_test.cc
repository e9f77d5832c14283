// SPDX-License-Identifier: Apache-2.0
//
// Each event of sockets that moves no data, made by a real call, argument by
// argument.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/control.h"
#include "bpf/testing/call_fixture.h"
#include "bpf/testing/sockets.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class SocketCallsTest : public CallFixture {};
EYRIE_INSTANTIATE_SENSOR_TEST(SocketCallsTest);

TEST_P(SocketCallsTest, Socket) {
  Want({EYRIE_EVENT_socket});
  const int fd = static_cast<int>(
      syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
  ASSERT_GE(fd, 0);
  Expect(EYRIE_EVENT_socket,
         {{"fd", fd},
          {"domain", AF_INET},
          {"type", SOCK_STREAM},
          {"proto", IPPROTO_TCP},
          {"flags", SOCK_CLOEXEC}},
         OfSocket(fd, "0.0.0.0:0", kNone, 0));
  close(fd);
  EXPECT_EQ(syscall(SYS_socket, AF_UNIX, SOCK_DGRAM, 99), -1);
  Expect(EYRIE_EVENT_socket,
         {{"fd", -EPROTONOSUPPORT},
          {"domain", AF_UNIX},
          {"type", SOCK_DGRAM},
          {"proto", 99},
          {"flags", 0}},
         OfNothing());
}

TEST_P(SocketCallsTest, Socketpair) {
  Want({EYRIE_EVENT_socketpair});
  int fds[2];
  ASSERT_EQ(
      syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds),
      0);
  Expect(EYRIE_EVENT_socketpair,
         {{"res", 0},
          {"fd1", fds[0]},
          {"fd2", fds[1]},
          {"source", OfSocket(fds[0], "", "", 0).at("fd_ino")},
          {"peer", OfSocket(fds[1], "", "", 0).at("fd_ino")},
          {"domain", AF_UNIX},
          {"type", SOCK_SEQPACKET},
          {"proto", 0}});
  close(fds[0]);
  close(fds[1]);
  // The caller's memory names no sockets, nor what the kernel has tried.
  fds[0] = STDIN_FILENO;
  EXPECT_EQ(syscall(SYS_socketpair, AF_INET, SOCK_STREAM, 0, fds), -1);
  Expect(EYRIE_EVENT_socketpair, {{"res", -EOPNOTSUPP},
                                  {"fd1", -1},
                                  {"fd2", -1},
                                  {"source", 0},
                                  {"peer", 0},
                                  {"domain", AF_INET},
                                  {"type", SOCK_STREAM},
                                  {"proto", 0}});
}

TEST_P(SocketCallsTest, Listen) {
  Want({EYRIE_EVENT_listen});
  const int fd = BoundSocket(AF_INET, SOCK_STREAM);
  EXPECT_EQ(syscall(SYS_listen, fd, 5), 0);
  Expect(EYRIE_EVENT_listen, {{"res", 0}, {"fd", fd}, {"backlog", 5}},
         OfSocket(fd, LocalOf(fd), kNone,
                  EYRIE_SOCKET_SERVER | EYRIE_SOCKET_LISTENING));
  close(fd);
  const int datagrams = BoundSocket(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(syscall(SYS_listen, datagrams, -1), -1);
  Expect(EYRIE_EVENT_listen,
         {{"res", -EOPNOTSUPP}, {"fd", datagrams}, {"backlog", -1}},
         OfSocket(datagrams, LocalOf(datagrams), kNone, 0));
  close(datagrams);
}

TEST_P(SocketCallsTest, Shutdown) {
  Want({EYRIE_EVENT_shutdown});
  const Connection tcp(AF_INET);
  EXPECT_EQ(syscall(SYS_shutdown, tcp.client(), SHUT_WR), 0);
  Expect(EYRIE_EVENT_shutdown,
         {{"res", 0}, {"fd", tcp.client()}, {"how", SHUT_WR}},
         OfSocket(tcp.client(), LocalOf(tcp.client()), LocalOf(tcp.listener()),
                  EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED));
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(syscall(SYS_shutdown, fd, SHUT_RDWR), -1);
  Expect(EYRIE_EVENT_shutdown,
         {{"res", -ENOTCONN}, {"fd", fd}, {"how", SHUT_RDWR}},
         OfSocket(fd, "0.0.0.0:0", kNone, 0));
  close(fd);
}

TEST_P(SocketCallsTest, Getsockname) {
  Want({EYRIE_EVENT_getsockname});
  const Connection tcp(AF_INET6);
  sockaddr_storage address;
  socklen_t size = sizeof(address);
  const Arguments client =
      OfSocket(tcp.client(), LocalOf(tcp.client()), LocalOf(tcp.listener()),
               EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED);
  const auto is_ours = [](const Record& record) {
    return record.Int(&eyrie_getsockname_args::res) == -EFAULT;
  };
  EXPECT_EQ(syscall(SYS_getsockname, tcp.client(), nullptr, &size), -1);
  Arguments expected = client;
  expected["res"] = absl::StrCat(-EFAULT);
  expected["fd"] = absl::StrCat(tcp.client());
  ExpectArguments(Await(EYRIE_EVENT_getsockname, getpid(), is_ours), expected);
  EXPECT_EQ(syscall(SYS_getsockname, tcp.client(), &address, &size), 0);
  Expect(EYRIE_EVENT_getsockname, {{"res", 0}, {"fd", tcp.client()}}, client);
}

TEST_P(SocketCallsTest, Getpeername) {
  Want({EYRIE_EVENT_getpeername});
  const Connection tcp(AF_INET);
  sockaddr_storage address;
  socklen_t size = sizeof(address);
  EXPECT_EQ(syscall(SYS_getpeername, tcp.accepted(), &address, &size), 0);
  Expect(
      EYRIE_EVENT_getpeername, {{"res", 0}, {"fd", tcp.accepted()}},
      OfSocket(tcp.accepted(), LocalOf(tcp.listener()), LocalOf(tcp.client()),
               EYRIE_SOCKET_SERVER | EYRIE_SOCKET_CONNECTED));
  EXPECT_EQ(syscall(SYS_getpeername, STDOUT_FILENO + 900, &address, &size), -1);
  Expect(EYRIE_EVENT_getpeername, {{"res", -EBADF}, {"fd", 901}}, OfNothing());
}

TEST_P(SocketCallsTest, Setsockopt) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const Arguments unconnected = OfSocket(fd, "0.0.0.0:0", kNone, 0);
  Want({EYRIE_EVENT_setsockopt});
  const int on = 1;
  EXPECT_EQ(
      syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)),
      0);
  Expect(EYRIE_EVENT_setsockopt,
         {{"res", 0},
          {"fd", fd},
          {"level", SOL_SOCKET},
          {"optname", SO_REUSEADDR},
          {"val", std::string("\1\0\0\0", 4)},
          {"optlen", 4}},
         unconnected);
  const std::string name(200, 'x');
  EXPECT_EQ(syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_CONGESTION,
                    name.data(), name.size()),
            -1);
  Expect(EYRIE_EVENT_setsockopt,
         {{"res", -ENOENT},
          {"fd", fd},
          {"level", IPPROTO_TCP},
          {"optname", TCP_CONGESTION},
          {"val", name.substr(0, EYRIE_DEFAULT_DATA_BYTES)},
          {"optlen", 200}},
         unconnected);
  EXPECT_EQ(syscall(SYS_setsockopt, -1, 1, 2, nullptr, 0), -1);
  Expect(EYRIE_EVENT_setsockopt,
         {{"res", -EBADF},
          {"fd", -1},
          {"level", 1},
          {"optname", 2},
          {"val", kNone},
          {"optlen", 0}},
         OfNothing());
  close(fd);
}

TEST_P(SocketCallsTest, Getsockopt) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const Arguments unconnected = OfSocket(fd, "0.0.0.0:0", kNone, 0);
  Want({EYRIE_EVENT_getsockopt});
  char value[16] = "not filled";
  socklen_t size = sizeof(value);
  EXPECT_EQ(syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, value, &size), 0);
  Expect(EYRIE_EVENT_getsockopt,
         {{"res", 0},
          {"fd", fd},
          {"level", SOL_SOCKET},
          {"optname", SO_TYPE},
          {"val", std::string("\2\0\0\0", 4)},
          {"optlen", 4}},
         unconnected);
  // The caller's memory is no value of the option.
  char unfilled[] = "not filled";
  size = sizeof(unfilled);
  EXPECT_EQ(syscall(SYS_getsockopt, fd, SOL_SOCKET, 9999, unfilled, &size), -1);
  Expect(EYRIE_EVENT_getsockopt,
         {{"res", -ENOPROTOOPT},
          {"fd", fd},
          {"level", SOL_SOCKET},
          {"optname", 9999},
          {"val", kNone},
          {"optlen", sizeof(unfilled)}},
         unconnected);
  close(fd);
}

}  // namespace
}  // namespace eyrie::testing

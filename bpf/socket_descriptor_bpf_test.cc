// SPDX-License-Identifier: Apache-2.0
//
// What a record says of a descriptor, for each kind of socket: its ends, and
// who asked for the connection.

#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/call_fixture.h"
#include "bpf/testing/sockets.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kClient = EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED;
constexpr int kServer = EYRIE_SOCKET_SERVER | EYRIE_SOCKET_CONNECTED;
constexpr int kListener = EYRIE_SOCKET_SERVER | EYRIE_SOCKET_LISTENING;
constexpr int kUnknownRole = EYRIE_SOCKET_CONNECTED;
// A descriptor number that nobody has.
constexpr int kCopy = 900;

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

int Bind(int fd, const Address& address) {
  return bind(fd, address.get(), address.size());
}

int Connect(int fd, const Address& address) {
  return connect(fd, address.get(), address.size());
}

// A UNIX socket listening at `address`.
int UnixListener(int type, const Address& address) {
  const int fd = socket(AF_UNIX, type, 0);
  EXPECT_EQ(Bind(fd, address), 0) << strerror(errno);
  EXPECT_EQ(listen(fd, 3), 0) << strerror(errno);
  return fd;
}

class SocketDescriptorTest : public CallFixture {
 protected:
  void SetUp() override {
    CallFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Want({EYRIE_EVENT_dup3});
  }

  // Expects what the record of a call that uses `fd` says of it.
  void ExpectSocket(int fd, const std::string& local, const std::string& remote,
                    int flags) {
    SCOPED_TRACE(absl::StrCat(local, " to ", remote));
    ASSERT_GE(fd, 0) << strerror(errno);
    EXPECT_EQ(syscall(SYS_dup3, fd, kCopy, 0), kCopy);
    Expect(EYRIE_EVENT_dup3,
           {{"res", kCopy}, {"oldfd", fd}, {"newfd", kCopy}, {"flags", 0}},
           OfSocket(fd, local, remote, flags));
    close(kCopy);
  }
  // The same of all three sockets of a connection; `local` and `remote` are
  // the client's.
  void ExpectConnection(const Connection& connection, const std::string& local,
                        const std::string& remote) {
    ExpectSocket(connection.listener(), remote, kNone, kListener);
    ExpectSocket(connection.client(), local, remote, kClient);
    ExpectSocket(connection.accepted(), remote, local, kServer);
  }
};
EYRIE_INSTANTIATE_SENSOR_TEST(SocketDescriptorTest);

// ---- streams of the Internet ------------------------------------------------

TEST_P(SocketDescriptorTest, TcpConnections) {
  for (const int family : {AF_INET, AF_INET6}) {
    const Connection tcp(family);
    ExpectConnection(tcp, LocalOf(tcp.client()), LocalOf(tcp.listener()));
  }
}

TEST_P(SocketDescriptorTest, TcpOfMappedAddressesIsIpv4) {
  // The server sees ::ffff:127.0.0.1 on both ends.
  const int listener = socket(AF_INET6, SOCK_STREAM, 0);
  const int off = 0;
  setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  ASSERT_EQ(Bind(listener, Address("::", 0)), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  const int port = Address::LocalOf(listener).port();
  const Connection tcp(listener, socket(AF_INET, SOCK_STREAM, 0),
                       Address("127.0.0.1", port));
  const std::string server = absl::StrCat("127.0.0.1:", port);
  const std::string client = LocalOf(tcp.client());
  ExpectSocket(tcp.listener(), absl::StrCat("[::]:", port), kNone, kListener);
  ExpectSocket(tcp.client(), client, server, kClient);
  ExpectSocket(tcp.accepted(), server, client, kServer);
}

TEST_P(SocketDescriptorTest, RolesOutliveTheListener) {
  Connection tcp(AF_INET);
  const std::string server = LocalOf(tcp.listener());
  const std::string client = LocalOf(tcp.client());
  shutdown(tcp.listener(), SHUT_RDWR);
  ExpectSocket(tcp.accepted(), server, client, kServer);
  ExpectSocket(tcp.client(), client, server, kClient);
}

TEST_P(SocketDescriptorTest, ServerWithoutABacklogIsAServer) {
  for (const int family : {AF_INET, AF_INET6}) {
    const int listener = BoundSocket(family, SOCK_STREAM);
    ASSERT_EQ(listen(listener, 0), 0);
    const Connection tcp(listener, socket(family, SOCK_STREAM, 0),
                         Address::LocalOf(listener));
    ExpectConnection(tcp, LocalOf(tcp.client()), LocalOf(listener));
  }
}

TEST_P(SocketDescriptorTest, ClientWithAPortOfItsOwnIsAClient) {
  const int listener = BoundSocket(AF_INET, SOCK_STREAM);
  ASSERT_EQ(listen(listener, 1), 0);
  const Connection tcp(listener, BoundSocket(AF_INET, SOCK_STREAM),
                       Address::LocalOf(listener));
  ExpectConnection(tcp, LocalOf(tcp.client()), LocalOf(listener));
}

TEST_P(SocketDescriptorTest, ClientThatListenedBeforeIsAClient) {
  for (const int family : {AF_INET, AF_INET6}) {
    const int client = BoundSocket(family, SOCK_STREAM);
    ASSERT_EQ(listen(client, 5), 0);
    ASSERT_EQ(shutdown(client, SHUT_RDWR), 0);
    const int listener = BoundSocket(family, SOCK_STREAM);
    ASSERT_EQ(listen(listener, 1), 0);
    const Connection tcp(listener, client, Address::LocalOf(listener));
    ExpectConnection(tcp, LocalOf(tcp.client()), LocalOf(listener));
  }
}

TEST_P(SocketDescriptorTest, Mptcp) {
  const int listener = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
  if (listener < 0) {
    std::printf("EYRIE_SKIP: this kernel has no MPTCP\n");
    GTEST_SKIP();
  }
  ASSERT_EQ(Bind(listener, Address("127.0.0.1", 0)), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  const Connection mptcp(listener, socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP),
                         Address::LocalOf(listener));
  ExpectConnection(mptcp, LocalOf(mptcp.client()), LocalOf(listener));
}

TEST_P(SocketDescriptorTest, TcpWithoutAConnection) {
  const int unbound = socket(AF_INET6, SOCK_STREAM, 0);
  ExpectSocket(unbound, "[::]:0", kNone, 0);
  const int bound = BoundSocket(AF_INET, SOCK_STREAM);
  ExpectSocket(bound, LocalOf(bound), kNone, 0);
  close(unbound);
  // Nobody listens at its port.
  const int refused = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(Connect(refused, Address::LocalOf(bound)), -1);
  // The kernel has given its port back.
  ExpectSocket(refused, "0.0.0.0:0", kNone, 0);
  close(refused);
  close(bound);
}

// ---- datagrams of the Internet ----------------------------------------------

TEST_P(SocketDescriptorTest, Udp) {
  for (const char* ip : {"127.0.0.1", "::1"}) {
    const int family = strchr(ip, ':') == nullptr ? AF_INET : AF_INET6;
    const int unbound = socket(family, SOCK_DGRAM, 0);
    ExpectSocket(unbound, LocalOf(unbound), kNone, 0);

    // Who chooses his port serves.
    const int any = BoundSocket(family, SOCK_DGRAM);
    const int port = Address::LocalOf(any).port();
    ExpectSocket(any, LocalOf(any), kNone, 0);
    close(any);
    const int server = socket(family, SOCK_DGRAM, 0);
    ASSERT_EQ(Bind(server, Address(ip, port)), 0) << strerror(errno);
    ExpectSocket(server, LocalOf(server), kNone, EYRIE_SOCKET_SERVER);

    ASSERT_EQ(Connect(unbound, Address::LocalOf(server)), 0);
    ExpectSocket(unbound, LocalOf(unbound), LocalOf(server), kClient);
    ASSERT_EQ(Connect(server, Address::LocalOf(unbound)), 0);
    ExpectSocket(server, LocalOf(server), LocalOf(unbound), kServer);

    // connect() to no family makes a stranger of it again.
    const sockaddr none = {.sa_family = AF_UNSPEC};
    ASSERT_EQ(connect(server, &none, sizeof(none)), 0);
    ExpectSocket(server, LocalOf(server), kNone, EYRIE_SOCKET_SERVER);
    close(unbound);
    close(server);
  }
}

// ---- UNIX -------------------------------------------------------------------

TEST_P(SocketDescriptorTest, UnixConnections) {
  const struct {
    std::string name;
    std::string text;
  } addresses[] = {{Path("s"), "unix:" + Path("s")},
                   {std::string("\0eyrie-test", 11), "unix:@eyrie-test"}};
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    for (const auto& [name, text] : addresses) {
      unlink(Path("s").c_str());
      const Address address = Address::Unix(name);
      const Connection connection(UnixListener(type, address),
                                  socket(AF_UNIX, type, 0), address);
      ExpectConnection(connection, "unix:", text);
    }
  }
}

TEST_P(SocketDescriptorTest, UnixRolesAreUnknownIfBothEndsAreAlike) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  ExpectSocket(pair[0], "unix:", "unix:", kUnknownRole);
  ExpectSocket(pair[1], "unix:", "unix:", kUnknownRole);
  close(pair[0]);
  close(pair[1]);

  const int client = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(Bind(client, Address::Unix(Path("client"))), 0);
  const Address address = Address::Unix(Path("server"));
  const Connection named(UnixListener(SOCK_STREAM, address), client, address);
  ExpectSocket(named.client(), "unix:" + Path("client"),
               "unix:" + Path("server"), kUnknownRole);
  ExpectSocket(named.accepted(), "unix:" + Path("server"),
               "unix:" + Path("client"), kUnknownRole);
}

TEST_P(SocketDescriptorTest, UnixDatagramsHaveNoRoles) {
  const int server = socket(AF_UNIX, SOCK_DGRAM, 0);
  ExpectSocket(server, "unix:", kNone, 0);
  ASSERT_EQ(Bind(server, Address::Unix(Path("d"))), 0);
  ExpectSocket(server, "unix:" + Path("d"), kNone, 0);
  const int client = socket(AF_UNIX, SOCK_DGRAM, 0);
  ASSERT_EQ(Connect(client, Address::Unix(Path("d"))), 0);
  ExpectSocket(client, "unix:", "unix:" + Path("d"), kUnknownRole);
  close(client);
  close(server);
}

// ---- others -----------------------------------------------------------------

TEST_P(SocketDescriptorTest, OtherFamiliesHaveNoEnds) {
  const int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  ExpectSocket(netlink, "family 16", kNone, 0);
  const sockaddr_nl address = {.nl_family = AF_NETLINK};
  ASSERT_EQ(bind(netlink, reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)),
            0);
  ExpectSocket(netlink, "family 16", kNone, 0);
  close(netlink);
  const int packet = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  ExpectSocket(packet, "family 17", kNone, 0);
  close(packet);
}

TEST_P(SocketDescriptorTest, RawSocketsHaveNoPorts) {
  const int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  ExpectSocket(raw, "0.0.0.0:0", kNone, 0);
  ASSERT_EQ(Connect(raw, Address("127.0.0.1", 0)), 0) << strerror(errno);
  ExpectSocket(raw, "127.0.0.1:0", "127.0.0.1:0", kUnknownRole);
  close(raw);
}

}  // namespace
}  // namespace eyrie::testing

// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/socket_fields.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "absl/types/span.h"

#include "proto/record.h"
#include "rules/check/value.h"
#include "rules/fields/domain_table.h"
#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"
#include "rules/fields/unknown_domains.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;
using testing::ReadField;

TEST(SocketFieldsTest, ConnectingSideIsTheClient) {
  EventBuilder builder("connect");
  builder.Result(0)
      .Set("fd", 3)
      .SetAddress("local", "10.0.0.1:40000")
      .SetAddress("remote", "1.2.3.4:443")
      .Set("protocol", IPPROTO_TCP);
  ExpectFields(builder.Build(), {{"fd.cip", "10.0.0.1"},
                                 {"fd.sip", "1.2.3.4"},
                                 {"fd.lip", "10.0.0.1"},
                                 {"fd.rip", "1.2.3.4"},
                                 {"fd.lport", "40000"},
                                 {"fd.rport", "443"},
                                 {"fd.net", "10.0.0.1, 1.2.3.4"},
                                 {"fd.proto", "40000, 443"},
                                 {"fd.rnet", "1.2.3.4"},
                                 {"fd.cnet", "10.0.0.1"},
                                 {"fd.is_server", "false"},
                                 {"fd.connected", "true"},
                                 {"fd.sockfamily", "ip"},
                                 {"fd.name_changed", "true"},
                                 {"fd.is_upper_layer", "false"},
                                 {"fd.sip.name", "<absent>"},
                                 {"fd.sproto", "<unknown>"}});
}

TEST(SocketFieldsTest, AcceptingSideIsTheServer) {
  EventBuilder builder("accept4");
  builder.Result(9)
      .SetAddress("local", "10.0.0.1:22")
      .SetAddress("remote", "5.6.7.8:51000")
      .Set("protocol", IPPROTO_TCP);
  ExpectFields(builder.Build(), {{"fd.num", "9"},
                                 {"fd.name", "5.6.7.8:51000->10.0.0.1:22"},
                                 {"fd.cip", "5.6.7.8"},
                                 {"fd.sip", "10.0.0.1"},
                                 {"fd.sport", "22"},
                                 {"fd.lip", "10.0.0.1"},
                                 {"fd.rip", "5.6.7.8"},
                                 {"fd.is_server", "true"},
                                 {"fd.connected", "true"},
                                 {"fd.name_changed", "false"}});
}

TEST(SocketFieldsTest, FailedAcceptHasNoSocket) {
  EventBuilder builder("accept");
  builder.Result(-EAGAIN);
  ExpectFields(builder.Build(), {{"fd.num", "-1"},
                                 {"fd.typechar", "4"},
                                 {"fd.name", ""},
                                 {"fd.type", "<absent>"},
                                 {"fd.ip", "<absent>"},
                                 {"fd.l4proto", "<absent>"},
                                 {"fd.connected", "<absent>"},
                                 {"fd.name_changed", "false"}});
}

TEST(SocketFieldsTest, BoundSocketHasItsOwnEndOnly) {
  EventBuilder builder("bind");
  builder.Result(0)
      .Set("fd", 3)
      .SetAddress("addr", "0.0.0.0:8080")
      .SetAddress("local", "0.0.0.0:8080")
      .Set("protocol", IPPROTO_TCP);
  ExpectFields(builder.Build(), {{"fd.name", "0.0.0.0:8080"},
                                 {"fd.sip", "0.0.0.0"},
                                 {"fd.sport", "8080"},
                                 {"fd.ip", "0.0.0.0"},
                                 {"fd.port", "8080"},
                                 {"fd.cip", "<absent>"},
                                 {"fd.rip", "<absent>"},
                                 {"fd.lport", "<absent>"},
                                 {"fd.l4proto", "tcp"},
                                 {"fd.is_server", "true"},
                                 {"fd.connected", "false"}});
}

TEST(SocketFieldsTest, FailedConnectHasTheAddressAskedFor) {
  EventBuilder builder("connect");
  builder.Result(-ECONNREFUSED)
      .Set("fd", 3)
      .SetAddress("addr", "1.2.3.4:80")
      .SetAddress("local", "0.0.0.0:0")
      .SetAddress("remote", "0.0.0.0:0")
      .Set("protocol", IPPROTO_TCP);
  ExpectFields(builder.Build(), {{"fd.name", "0.0.0.0:0->1.2.3.4:80"},
                                 {"fd.sip", "1.2.3.4"},
                                 {"fd.num", "3"},
                                 {"fd.typechar", "4"},
                                 {"fd.l4proto", "tcp"},
                                 {"fd.connected", "false"},
                                 {"evt.res", "ECONNREFUSED"}});
}

TEST(SocketFieldsTest, ConnectInTheBackgroundIsNotConnectedYet) {
  EventBuilder builder("connect");
  builder.Result(-EINPROGRESS)
      .Set("fd", 3)
      .SetAddress("addr", "1.2.3.4:80")
      .SetAddress("local", "10.0.0.1:4000")
      .SetAddress("remote", "1.2.3.4:80");
  ExpectFields(builder.Build(), {{"fd.name", "10.0.0.1:4000->1.2.3.4:80"},
                                 {"fd.connected", "false"}});
}

TEST(SocketFieldsTest, ConnectOfABadDescriptor) {
  EventBuilder bad("connect");
  bad.Result(-EBADF).Set("fd", 99).SetAddress("addr", "1.2.3.4:80");
  ExpectFields(bad.Build(), {{"fd.num", "99"},
                             {"fd.typechar", "o"},
                             {"fd.name", ""},
                             {"fd.sip", "<absent>"}});

  EventBuilder file("connect");
  file.Result(-ENOTSOCK).Set("fd", 1).SetAddress("addr", "1.2.3.4:80");
  ExpectFields(file.Build(), {{"fd.num", "1"},
                              {"fd.typechar", "<unknown>"},
                              {"fd.name", "<unknown>"},
                              {"fd.sip", "<unknown>"}});
}

TEST(SocketFieldsTest, ReadsIpv6) {
  EventBuilder builder("connect");
  builder.Result(0)
      .Set("fd", 3)
      .SetAddress("local", "[2001:db8::1]:40000")
      .SetAddress("remote", "[2001:db8::2]:443")
      .Set("protocol", IPPROTO_UDP);
  ExpectFields(builder.Build(),
               {{"fd.name", "2001:db8::1:40000->2001:db8::2:443"},
                {"fd.type", "ipv6"},
                {"fd.typechar", "6"},
                {"fd.sip", "2001:db8::2"},
                {"fd.l4proto", "udp"}});
}

TEST(SocketFieldsTest, MappedIpv4IsIpv4) {
  EventBuilder builder("connect");
  builder.Result(0)
      .Set("fd", 3)
      .SetAddress("local", "[::ffff:10.0.0.1]:40000")
      .SetAddress("remote", "[::ffff:1.2.3.4]:443");
  ExpectFields(builder.Build(), {{"fd.name", "10.0.0.1:40000->1.2.3.4:443"},
                                 {"fd.type", "ipv4"},
                                 {"fd.typechar", "4"},
                                 {"fd.ip", "10.0.0.1, 1.2.3.4"}});

  EventBuilder unbound("connect");
  unbound.Result(-ETIMEDOUT)
      .Set("fd", 3)
      .SetAddress("addr", "[::ffff:1.2.3.4]:443")
      .SetAddress("local", "[::]:0");
  ExpectFields(unbound.Build(),
               {{"fd.name", "0.0.0.0:0->1.2.3.4:443"}, {"fd.type", "ipv4"}});
}

TEST(SocketFieldsTest, EndThatIsNotKnown) {
  EventBuilder builder("connect");
  builder.Result(0).Set("fd", 3).SetAddress("addr", "1.2.3.4:443");
  ExpectFields(builder.Build(), {{"fd.sip", "1.2.3.4"},
                                 {"fd.cip", "<unknown>"},
                                 {"fd.ip", "1.2.3.4, <unknown>"},
                                 {"fd.port", "443, <unknown>"}});
}

TEST(SocketFieldsTest, ReadsUnixSockets) {
  EventBuilder builder("connect");
  builder.Result(0).Set("fd", 3).SetAddress("addr", "unix:/run/docker.sock");
  ExpectFields(builder.Build(), {{"fd.name", "/run/docker.sock"},
                                 {"fd.type", "unix"},
                                 {"fd.typechar", "u"},
                                 {"fd.sockfamily", "unix"},
                                 {"fd.l4proto", "<NA>"},
                                 {"fd.ip", "<absent>"},
                                 {"fd.sip", "<absent>"},
                                 {"fd.sip.name", "<absent>"},
                                 {"fd.directory", "<absent>"}});

  EventBuilder abstract("connect");
  abstract.Result(0).Set("fd", 3).SetAddress("addr", "unix:@hidden");
  EXPECT_EQ(ReadField(abstract.Build(), "fd.name"), "@hidden");

  EventBuilder accepted("accept");
  accepted.Result(4)
      .SetAddress("local", "unix:/run/docker.sock")
      .SetAddress("remote", "unix:");
  EXPECT_EQ(ReadField(accepted.Build(), "fd.name"), "/run/docker.sock");
}

TEST(SocketFieldsTest, NamesProtocols) {
  const struct {
    int protocol;
    int type;
    const char* name;
  } cases[] = {
      {IPPROTO_TCP, SOCK_STREAM, "tcp"},
      {IPPROTO_UDP, SOCK_DGRAM, "udp"},
      {0, SOCK_STREAM, "tcp"},
      {0, SOCK_DGRAM, "udp"},
      {IPPROTO_ICMP, SOCK_DGRAM, "icmp"},
      {IPPROTO_ICMPV6, SOCK_DGRAM, "icmp"},
      {IPPROTO_ICMP, SOCK_RAW, "raw"},
      {IPPROTO_SCTP, SOCK_STREAM, "<NA>"},
  };
  for (const auto& test : cases) {
    EventBuilder builder("connect");
    builder.Result(0)
        .Set("fd", 3)
        .SetAddress("addr", "1.2.3.4:1")
        .Set("protocol", test.protocol)
        .Set("socket_type", test.type);
    EXPECT_EQ(ReadField(builder.Build(), "fd.l4proto"), test.name)
        << test.protocol << "/" << test.type;
  }
}

TEST(SocketFieldsTest, OtherFamilies) {
  eyrie_sockaddr address = {};
  address.family = AF_NETLINK;
  EventBuilder netlink("bind");
  netlink.Result(0).Set("fd", 3);
  netlink.record().SetAddress("addr", address).SetAddress("local", address);
  ExpectFields(netlink.Build(), {{"fd.type", "netlink"},
                                 {"fd.typechar", "n"},
                                 {"fd.name", ""},
                                 {"fd.sockfamily", "<absent>"}});
  address.family = AF_VSOCK;
  EventBuilder other("connect");
  other.Result(0).Set("fd", 3);
  other.record().SetAddress("addr", address);
  ExpectFields(other.Build(), {{"fd.type", "<NA>"}, {"fd.typechar", "o"}});
}

// 1.2.3.4 and its like have names.
class Domains : public DomainTable {
 public:
  explicit Domains(bool is_complete = true) : is_complete_(is_complete) {}

  absl::Span<const std::string> NamesOf(const IpAddress& ip) const override {
    static const auto* const server =
        new std::vector<std::string>{"api.example", "www.example"};
    static const auto* const client = new std::vector<std::string>{"me"};
    static const auto* const v6 = new std::vector<std::string>{"six.example"};
    if (ip.is_v6) {
      if (ip.bytes[0] != 0x20) return {};
      return *v6;
    }
    if (ip.bytes[0] == 1) return *server;
    if (ip.bytes[0] == 10) return *client;
    return {};
  }
  bool is_complete() const override { return is_complete_; }

 private:
  const bool is_complete_;
};

EventBuilder& Connect(EventBuilder& builder, const char* local,
                      const char* remote) {
  return builder.Result(0)
      .Set("fd", 3)
      .SetAddress("local", local)
      .SetAddress("remote", remote)
      .Set("protocol", IPPROTO_TCP);
}

TEST(SocketFieldsTest, NamesOfRulesMapToEitherEnd) {
  const Domains domains;
  EventBuilder builder("connect");
  Connect(builder, "10.0.0.1:40000", "1.2.3.4:443").Domains(&domains);
  ExpectFields(builder.Build(), {{"fd.sip.name", "api.example, www.example"},
                                 {"fd.rip.name", "api.example, www.example"},
                                 {"fd.cip.name", "me"},
                                 {"fd.lip.name", "me"}});
  EventBuilder accepted("accept4");
  accepted.Result(9)
      .SetAddress("local", "10.0.0.1:22")
      .SetAddress("remote", "5.6.7.8:51000")
      .Set("protocol", IPPROTO_TCP)
      .Domains(&domains);
  ExpectFields(accepted.Build(), {{"fd.sip.name", "me"},
                                  {"fd.lip.name", "me"},
                                  {"fd.cip.name", "<absent>"},
                                  {"fd.rip.name", "<absent>"}});
}

TEST(SocketFieldsTest, NamesOfIpv6AndOfIpv4InIt) {
  const Domains domains;
  EventBuilder builder("connect");
  Connect(builder, "[2001:db8::1]:40000", "[2001:db8::2]:443")
      .Domains(&domains);
  EXPECT_EQ(ReadField(builder.Build(), "fd.sip.name"), "six.example");
  EventBuilder mapped("connect");
  Connect(mapped, "[::ffff:10.0.0.1]:40000", "[::ffff:1.2.3.4]:443")
      .Domains(&domains);
  ExpectFields(mapped.Build(), {{"fd.sip.name", "api.example, www.example"},
                                {"fd.cip.name", "me"}});
}

TEST(SocketFieldsTest, NamesAreUnknownBeforeAllWereAskedFor) {
  const Domains domains(/*is_complete=*/false);
  EventBuilder builder("connect");
  Connect(builder, "10.0.0.1:40000", "5.6.7.8:443").Domains(&domains);
  ExpectFields(builder.Build(), {{"fd.sip.name", "<unknown>"},
                                 {"fd.cip.name", "me, <unknown>"}});
  builder.Domains(UnknownDomains::Get());
  EXPECT_EQ(ReadField(builder.Build(), "fd.cip.name"), "<unknown>");
  EventBuilder unix_socket("connect");
  unix_socket.Result(0)
      .Set("fd", 3)
      .SetAddress("addr", "unix:/run/docker.sock")
      .Domains(&domains);
  EXPECT_EQ(ReadField(unix_socket.Build(), "fd.sip.name"), "<absent>");
}

TEST(SocketFieldsTest, NamesAreUnknownOnANode) {
  const Domains domains;
  EventBuilder builder("connect");
  Connect(builder, "10.0.0.1:40000", "1.2.3.4:443").Domains(&domains).OnNode();
  EXPECT_EQ(ReadField(builder.Build(), "fd.sip.name"), "<unknown>");
}

}  // namespace
}  // namespace eyrie::rules

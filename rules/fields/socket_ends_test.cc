// SPDX-License-Identifier: Apache-2.0
//
// Ends of sockets that a record describes, as rules see them; those of connect,
// accept and bind are in socket_fields_test.cc.

#include "rules/fields/socket_ends.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdint>

#include "proto/record.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

// A TCP or UDP socket that the record describes.
void Described(EventBuilder& builder, int type, int64_t flags) {
  builder.Set("fd", 5)
      .Set("fd_path", "socket:[77]")
      .Set("fd_kind", S_IFSOCK)
      .Set("fd_ino", 77)
      .Set("fd_flags", flags)
      .Set("protocol", type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP)
      .Set("socket_type", type);
}

TEST(SocketEndsTest, FlagsSayOnWhichSideADescribedSocketIs) {
  const struct {
    int64_t flags;
    const char* name;
    const char* client;
    const char* is_server;
    const char* protocol;
  } cases[] = {
      {EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED,
       "10.0.0.1:4000->1.2.3.4:443", "10.0.0.1", "false", "tcp"},
      {EYRIE_SOCKET_SERVER | EYRIE_SOCKET_CONNECTED,
       "1.2.3.4:443->10.0.0.1:4000", "1.2.3.4", "true", "tcp"},
      // It is not known who asked for the connection.
      {EYRIE_SOCKET_CONNECTED, "10.0.0.1:4000->1.2.3.4:443", "<absent>",
       "false", "<NA>"},
  };
  for (const auto& test : cases) {
    EventBuilder builder("write");
    builder.Result(1)
        .SetAddress("local", "10.0.0.1:4000")
        .SetAddress("remote", "1.2.3.4:443");
    Described(builder, SOCK_STREAM, test.flags);
    SCOPED_TRACE(test.name);
    ExpectFields(builder.Build(), {{"fd.name", test.name},
                                   {"fd.type", "ipv4"},
                                   {"fd.typechar", "4"},
                                   {"fd.cip", test.client},
                                   {"fd.lip", "10.0.0.1"},
                                   {"fd.lport", "4000"},
                                   {"fd.rip", "1.2.3.4"},
                                   {"fd.rport", "443"},
                                   {"fd.l4proto", test.protocol},
                                   {"fd.is_server", test.is_server},
                                   {"fd.connected", "true"},
                                   {"fd.name_changed", "false"},
                                   {"fd.ino", "77"}});
  }
}

TEST(SocketEndsTest, EitherEndCountsWhereSidesAreNotKnown) {
  EventBuilder builder("read");
  builder.Result(1)
      .SetAddress("local", "10.0.0.1:4000")
      .SetAddress("remote", "1.2.3.4:443");
  Described(builder, SOCK_STREAM, EYRIE_SOCKET_CONNECTED);
  ExpectFields(builder.Build(), {{"fd.ip", "10.0.0.1, 1.2.3.4"},
                                 {"fd.port", "4000, 443"},
                                 {"fd.sip", "<absent>"},
                                 {"fd.sport", "<absent>"},
                                 {"fd.snet", "<absent>"}});
}

TEST(SocketEndsTest, ListeningSocketHasItsOwnEndOnly) {
  EventBuilder builder("listen");
  builder.Result(0).SetAddress("local", "0.0.0.0:80");
  Described(builder, SOCK_STREAM, EYRIE_SOCKET_SERVER | EYRIE_SOCKET_LISTENING);
  ExpectFields(builder.Build(), {{"fd.name", "0.0.0.0:80"},
                                 {"fd.sip", "0.0.0.0"},
                                 {"fd.sport", "80"},
                                 {"fd.ip", "0.0.0.0"},
                                 {"fd.cip", "<absent>"},
                                 {"fd.lport", "<absent>"},
                                 {"fd.rip", "<absent>"},
                                 {"fd.l4proto", "tcp"},
                                 {"fd.is_server", "true"},
                                 {"fd.connected", "false"}});
}

TEST(SocketEndsTest, NewSocketHasTheFamilyAskedFor) {
  EventBuilder builder("socket");
  builder.Result(5).Set("domain", AF_INET6);
  Described(builder, SOCK_DGRAM, 0);
  ExpectFields(builder.Build(), {{"fd.num", "5"},
                                 {"fd.type", "ipv6"},
                                 {"fd.name", ""},
                                 {"fd.sockfamily", "ip"},
                                 {"fd.cip", "<absent>"},
                                 {"fd.rip", "<absent>"},
                                 {"fd.rport", "<absent>"},
                                 {"fd.connected", "false"}});
  EventBuilder other("setsockopt");
  other.Result(0);
  Described(other, SOCK_DGRAM, 0);
  ExpectFields(other.Build(),
               {{"fd.type", "<unknown>"}, {"fd.name", "<unknown>"}});
}

TEST(SocketEndsTest, DatagramGoesToTheAddressGiven) {
  EventBuilder builder("sendto");
  builder.Result(9)
      .SetAddress("local", "0.0.0.0:5000")
      .SetAddress("addr", "8.8.8.8:53");
  Described(builder, SOCK_DGRAM, 0);
  ExpectFields(builder.Build(),
               {{"fd.name", "0.0.0.0:5000->8.8.8.8:53"},
                {"fd.sip", "8.8.8.8"},
                {"fd.sport", "53"},
                {"fd.cport", "5000"},
                {"fd.rip", "8.8.8.8"},
                {"fd.l4proto", "udp"},
                {"fd.connected", "false"},
                {"fd.name_changed", "true"},
                {"fd.is_server", "false"},
                {"evt.arg.tuple", "0.0.0.0:5000->8.8.8.8:53"}});
  // A server answers.
  builder.Set("fd_flags", EYRIE_SOCKET_SERVER);
  ExpectFields(
      builder.Build(),
      {{"fd.cip", "8.8.8.8"}, {"fd.sport", "5000"}, {"fd.is_server", "true"}});
}

TEST(SocketEndsTest, DatagramComesFromItsSender) {
  EventBuilder builder("recvfrom");
  builder.Result(9)
      .SetAddress("local", "10.0.0.1:53")
      .SetAddress("addr", "10.0.0.9:4444");
  Described(builder, SOCK_DGRAM, 0);
  ExpectFields(builder.Build(), {{"fd.name", "10.0.0.9:4444->10.0.0.1:53"},
                                 {"fd.cip", "10.0.0.9"},
                                 {"fd.is_server", "true"},
                                 {"fd.name_changed", "true"}});
  builder.Set("fd_flags", EYRIE_SOCKET_CLIENT);
  ExpectFields(
      builder.Build(),
      {{"fd.sip", "10.0.0.9"}, {"fd.cport", "53"}, {"fd.is_server", "false"}});
}

TEST(SocketEndsTest, ConnectedSocketIgnoresTheAddressGiven) {
  EventBuilder builder("sendmsg");
  builder.Result(9)
      .SetAddress("local", "10.0.0.1:5000")
      .SetAddress("remote", "1.2.3.4:53")
      .SetAddress("addr", "8.8.8.8:53");
  Described(builder, SOCK_DGRAM, EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED);
  ExpectFields(builder.Build(), {{"fd.rip", "1.2.3.4"},
                                 {"fd.connected", "true"},
                                 {"fd.name_changed", "false"}});
}

TEST(SocketEndsTest, FailedDatagramChangesNoName) {
  EventBuilder builder("sendto");
  builder.Result(-ENETUNREACH)
      .SetAddress("local", "0.0.0.0:0")
      .SetAddress("addr", "8.8.8.8:53");
  Described(builder, SOCK_DGRAM, 0);
  ExpectFields(builder.Build(),
               {{"fd.sip", "8.8.8.8"}, {"fd.name_changed", "false"}});
}

TEST(SocketEndsTest, PeerThatIsNotCarriedIsUnknown) {
  EventBuilder builder("read");
  builder.Result(1).SetAddress("local", "10.0.0.1:5000");
  Described(builder, SOCK_STREAM, EYRIE_SOCKET_CLIENT | EYRIE_SOCKET_CONNECTED);
  ExpectFields(builder.Build(), {{"fd.cip", "10.0.0.1"},
                                 {"fd.sip", "<unknown>"},
                                 {"fd.rport", "<unknown>"},
                                 {"fd.ip", "10.0.0.1, <unknown>"}});
}

TEST(SocketEndsTest, DescribedUnixSocketIsCalledAsItsServer) {
  const struct {
    int64_t flags;
    const char* local;
    const char* remote;
    const char* name;
  } cases[] = {
      {EYRIE_SOCKET_CLIENT, "unix:", "unix:/run/x", "/run/x"},
      {EYRIE_SOCKET_SERVER, "unix:/run/x", "unix:", "/run/x"},
      {0, "unix:", "unix:@x", "@x"},
      {0, "unix:/run/own", "unix:", "/run/own"},
      {0, "unix:", "unix:", ""},
  };
  for (const auto& test : cases) {
    EventBuilder builder("write");
    builder.Result(1)
        .SetAddress("local", test.local)
        .SetAddress("remote", test.remote);
    Described(builder, SOCK_STREAM, test.flags);
    ExpectFields(builder.Build(), {{"fd.name", test.name},
                                   {"fd.type", "unix"},
                                   {"fd.ip", "<absent>"},
                                   {"fd.l4proto", "<NA>"}});
  }
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// The two ends of the socket of an event.

#ifndef EYRIE_RULES_FIELDS_SOCKET_ENDS_H_
#define EYRIE_RULES_FIELDS_SOCKET_ENDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "proto/record.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"

namespace eyrie::rules {

// An address with a port.
struct Endpoint {
  bool is_known = false;
  IpAddress ip;
  uint16_t port = 0;
};

enum class SocketFamily : uint8_t { kUnknown, kIp, kUnix, kNetlink, kOther };

// What the process is to its peer. The client is who connects or sends first,
// the server who accepts, listens or receives first.
enum class SocketSide : uint8_t { kUnknown, kClient, kServer };

// A socket as rules see it. An IPv6 socket that talks IPv4 (::ffff:1.2.3.4)
// counts as IPv4.
struct SocketEnds {
  SocketFamily family = SocketFamily::kUnknown;
  bool is_v6 = false;
  SocketSide side = SocketSide::kUnknown;
  // Whether there is a far end, known or not.
  bool has_peer = false;
  // Whether the call itself names the far end, of a datagram socket that is
  // connected to none.
  bool is_peer_given = false;
  Endpoint local;
  Endpoint remote;
  // Path of the server's end of a Unix socket, of the end that has one if the
  // side is not known; starts with a NUL if abstract.
  absl::string_view unix_path;
  // "tcp", "udp", "icmp", "raw", or "<NA>".
  absl::string_view protocol;

  // A server's own end alone: it listens or has no peer.
  bool has_one_end() const { return side == SocketSide::kServer && !has_peer; }
  // REQUIRES: the side is known.
  const Endpoint& client() const {
    return side == SocketSide::kClient ? local : remote;
  }
  const Endpoint& server() const {
    return side == SocketSide::kClient ? remote : local;
  }
};

// Reads the socket of the event as the kernel holds it after the call (of
// close, before); of a connect that failed, as the caller gave it.
// REQUIRES: the event's descriptor has a role, see EventLayout.
SocketEnds ReadSocketEnds(const Event& event);

// "10.0.0.1", "::1".
std::string FormatIp(const IpAddress& ip);
// "10.0.0.1:443", "::1:443", as the reference prints them.
std::string FormatEndpoint(const Endpoint& endpoint);
// One address of a record, as FormatEndpoint(); the path of a Unix socket.
// Empty for other families.
std::string FormatAddress(const eyrie_sockaddr& address,
                          absl::string_view unix_path);
// fd.name: "client->server", "local->remote" if the side is not known, the own
// address if there is one end only, the path of a Unix socket ("@name" if
// abstract), else empty.
std::string FormatSocketName(const SocketEnds& ends);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_SOCKET_ENDS_H_

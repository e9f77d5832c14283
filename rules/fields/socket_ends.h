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

// A socket as rules see it. An IPv6 socket that talks IPv4 (::ffff:1.2.3.4)
// counts as IPv4.
struct SocketEnds {
  SocketFamily family = SocketFamily::kUnknown;
  bool is_v6 = false;
  // Whether it has two ends; else it has its own address only, in `local` and
  // `server` (bind).
  bool is_tuple = false;
  // The client is who connects, the server who accepts.
  Endpoint client;
  Endpoint server;
  Endpoint local;
  Endpoint remote;
  // Path of the server's end of a Unix socket; starts with a NUL if abstract.
  absl::string_view unix_path;
  // "tcp", "udp", "icmp", "raw", or "<NA>".
  absl::string_view protocol;
};

// Reads the socket of a connect, accept or bind, as the kernel holds it after
// the call; of a connect that failed, as the caller gave it.
SocketEnds ReadSocketEnds(const Event& event);

// "10.0.0.1", "::1".
std::string FormatIp(const IpAddress& ip);
// "10.0.0.1:443", "::1:443", as the reference prints them.
std::string FormatEndpoint(const Endpoint& endpoint);
// One address of a record, as FormatEndpoint(); the path of a Unix socket.
// Empty for other families.
std::string FormatAddress(const eyrie_sockaddr& address,
                          absl::string_view unix_path);
// fd.name: "client->server", the own address if there is one end only, the path
// of a Unix socket ("@name" if abstract), else empty.
std::string FormatSocketName(const SocketEnds& ends);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_SOCKET_ENDS_H_

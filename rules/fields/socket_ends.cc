// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/socket_ends.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"

namespace eyrie::rules {
namespace {

// An address argument of the record.
struct Address {
  bool is_given = false;
  eyrie_sockaddr address{};
  absl::string_view unix_path;
};

Address ReadAddress(const RecordView& record, int slot) {
  Address address;
  address.is_given = slot >= 0 && record.has(slot) &&
                     record.address(slot, &address.address, &address.unix_path);
  return address;
}

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};

bool IsMapped(const Address& address) {
  return std::memcmp(address.address.address, kMappedPrefix,
                     sizeof(kMappedPrefix)) == 0;
}

bool IsUnspecified(const Address& address) {
  return std::all_of(std::begin(address.address.address),
                     std::end(address.address.address),
                     [](uint8_t byte) { return byte == 0; });
}

// Whether an IPv6 socket has IPv4 addresses only: one at least is mapped and
// none is an IPv6 address proper.
bool IsMappedPair(const Address& local, const Address& remote) {
  const bool has_mapped = (local.is_given && IsMapped(local)) ||
                          (remote.is_given && IsMapped(remote));
  const auto is_v4 = [](const Address& address) {
    return !address.is_given || IsMapped(address) || IsUnspecified(address);
  };
  return has_mapped && is_v4(local) && is_v4(remote);
}

// `is_v4`: the socket counts as IPv4 although its addresses may be IPv6.
Endpoint ToEndpoint(const Address& from, bool is_v4) {
  Endpoint endpoint;
  endpoint.ip.is_v6 = !is_v4;
  const bool is_inet6 = from.address.family == AF_INET6;
  if (!from.is_given || (!is_inet6 && from.address.family != AF_INET)) {
    return endpoint;
  }
  endpoint.is_known = true;
  endpoint.port = from.address.port;
  const uint8_t* bytes = from.address.address;
  if (!is_v4) {
    std::copy(bytes, bytes + 16, endpoint.ip.bytes.begin());
  } else {
    // The last bytes of ::ffff:1.2.3.4; zero for ::.
    if (is_inet6) bytes += sizeof(kMappedPrefix);
    std::copy(bytes, bytes + 4, endpoint.ip.bytes.begin());
  }
  return endpoint;
}

SocketFamily FamilyOf(uint16_t family) {
  switch (family) {
    case AF_INET:
    case AF_INET6:
      return SocketFamily::kIp;
    case AF_UNIX:
      return SocketFamily::kUnix;
    case AF_NETLINK:
      return SocketFamily::kNetlink;
    case AF_UNSPEC:
      return SocketFamily::kUnknown;
    default:
      return SocketFamily::kOther;
  }
}

absl::string_view ProtocolName(uint64_t protocol, uint64_t socket_type) {
  if (socket_type == SOCK_RAW) return "raw";
  switch (protocol) {
    case IPPROTO_TCP:
      return "tcp";
    case IPPROTO_UDP:
      return "udp";
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return "icmp";
    case IPPROTO_IP:
      if (socket_type == SOCK_STREAM) return "tcp";
      if (socket_type == SOCK_DGRAM) return "udp";
      return "<NA>";
    default:
      return "<NA>";
  }
}

// "@name" if the name is abstract.
std::string UnixName(absl::string_view path) {
  std::string name(path);
  std::replace(name.begin(), name.end(), '\0', '@');
  return name;
}

bool IsGiven(const Address& address) {
  return address.is_given && address.address.family != AF_UNSPEC;
}

// A socket as the record has it, before it is told what its ends mean.
struct RawSocket {
  Address local;
  Address remote;
  SocketSide side = SocketSide::kUnknown;
  bool has_peer = true;
  bool is_peer_given = false;
};

// The far end: the kernel's word, or the caller's where the kernel has none.
RawSocket ReadConnect(const RecordView& record, const EventLayout& layout) {
  RawSocket socket{.local = ReadAddress(record, layout.local),
                   .remote = ReadAddress(record, layout.remote),
                   .side = SocketSide::kClient};
  const Address given = ReadAddress(record, layout.address);
  const bool has_failed =
      record.result() < 0 && record.result() != -EINPROGRESS;
  if (given.is_given && (has_failed || !socket.remote.is_given)) {
    socket.remote = given;
  }
  return socket;
}

RawSocket ReadBind(const RecordView& record, const EventLayout& layout) {
  RawSocket socket{.local = ReadAddress(record, layout.local),
                   .side = SocketSide::kServer,
                   .has_peer = false};
  const Address given = ReadAddress(record, layout.address);
  if (given.is_given && (record.result() < 0 || !socket.local.is_given)) {
    socket.local = given;
  }
  return socket;
}

SocketSide SideOf(uint64_t flags) {
  if ((flags & EYRIE_SOCKET_CLIENT) != 0) return SocketSide::kClient;
  if ((flags & EYRIE_SOCKET_SERVER) != 0) return SocketSide::kServer;
  return SocketSide::kUnknown;
}

RawSocket ReadDescribed(const RecordView& record, const EventLayout& layout) {
  const uint64_t flags = record.u64(layout.file_flags);
  RawSocket socket{.local = ReadAddress(record, layout.local),
                   .remote = ReadAddress(record, layout.remote),
                   .side = SideOf(flags)};
  const bool is_connected = (flags & EYRIE_SOCKET_CONNECTED) != 0;
  const Address given = ReadAddress(record, layout.address);
  if (!IsGiven(socket.remote) && !is_connected && IsGiven(given)) {
    socket.remote = given;
    socket.is_peer_given = true;
    if (socket.side == SocketSide::kUnknown) {
      // Who speaks first to an address asks for something there.
      const bool is_sender = layout.info->category == EventCategory::kIoWrite;
      socket.side = is_sender ? SocketSide::kClient : SocketSide::kServer;
    }
  }
  socket.has_peer = is_connected || IsGiven(socket.remote);
  return socket;
}

RawSocket ReadSocket(const RecordView& record, const EventLayout& layout) {
  switch (layout.role) {
    case DescriptorRole::kConnect:
      return ReadConnect(record, layout);
    case DescriptorRole::kBind:
      return ReadBind(record, layout);
    case DescriptorRole::kDescribed:
      return ReadDescribed(record, layout);
    default:
      return {.local = ReadAddress(record, layout.local),
              .remote = ReadAddress(record, layout.remote),
              .side = SocketSide::kServer};
  }
}

// The path that names a Unix socket: the server's.
absl::string_view UnixPathOf(const RawSocket& socket) {
  const bool is_remote =
      socket.side == SocketSide::kClient ||
      (socket.side == SocketSide::kUnknown && !socket.remote.unix_path.empty());
  return is_remote ? socket.remote.unix_path : socket.local.unix_path;
}

}  // namespace

SocketEnds ReadSocketEnds(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  const RawSocket socket = ReadSocket(event.record, layout);
  SocketEnds ends{.side = socket.side,
                  .has_peer = socket.has_peer,
                  .is_peer_given = socket.is_peer_given,
                  .protocol = "<NA>"};
  // A connect to AF_UNSPEC dissolves an association; the socket has a family.
  const Address& main = IsGiven(socket.remote) ? socket.remote : socket.local;
  uint16_t family = main.address.family;
  if (!main.is_given) {
    // A new socket has no address, but it was asked for.
    family = static_cast<uint16_t>(event.record.u64(layout.domain));
  }
  ends.family = FamilyOf(family);
  if (ends.family == SocketFamily::kUnix) ends.unix_path = UnixPathOf(socket);
  if (ends.family != SocketFamily::kIp) return ends;

  ends.is_v6 = family == AF_INET6 && !IsMappedPair(socket.local, socket.remote);
  ends.local = ToEndpoint(socket.local, !ends.is_v6);
  ends.remote = ToEndpoint(socket.remote, !ends.is_v6);
  ends.protocol = ProtocolName(event.record.u64(layout.protocol),
                               event.record.u64(layout.socket_type));
  return ends;
}

std::string FormatIp(const IpAddress& ip) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(ip.is_v6 ? AF_INET6 : AF_INET, ip.bytes.data(), text, sizeof(text));
  return text;
}

std::string FormatEndpoint(const Endpoint& endpoint) {
  return absl::StrCat(FormatIp(endpoint.ip), ":", endpoint.port);
}

std::string FormatAddress(const eyrie_sockaddr& address,
                          absl::string_view unix_path) {
  if (address.family == AF_UNIX) return UnixName(unix_path);
  if (FamilyOf(address.family) != SocketFamily::kIp) return "";
  const Address given = {true, address, unix_path};
  const bool is_v4 = address.family == AF_INET || IsMapped(given);
  return FormatEndpoint(ToEndpoint(given, is_v4));
}

std::string FormatSocketName(const SocketEnds& ends) {
  if (ends.family == SocketFamily::kUnix) return UnixName(ends.unix_path);
  if (ends.family != SocketFamily::kIp) return "";
  if (ends.has_one_end()) return FormatEndpoint(ends.local);
  if (ends.side != SocketSide::kUnknown) {
    return absl::StrCat(FormatEndpoint(ends.client()), "->",
                        FormatEndpoint(ends.server()));
  }
  if (ends.has_peer) {
    return absl::StrCat(FormatEndpoint(ends.local), "->",
                        FormatEndpoint(ends.remote));
  }
  // Nothing was done with it yet.
  return ends.local.port == 0 ? "" : FormatEndpoint(ends.local);
}

}  // namespace eyrie::rules

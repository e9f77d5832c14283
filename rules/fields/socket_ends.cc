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

// The far end: the kernel's word, or the caller's where the kernel has none.
Address ReadRemote(const Event& event, const EventLayout& layout) {
  const RecordView& record = event.record;
  const Address given = layout.role == DescriptorRole::kConnect
                            ? ReadAddress(record, layout.address)
                            : Address{};
  const Address remote = ReadAddress(record, layout.remote);
  const bool has_failed =
      record.result() < 0 && record.result() != -EINPROGRESS;
  if (given.is_given && (has_failed || !remote.is_given)) return given;
  return remote;
}

Address ReadLocal(const Event& event, const EventLayout& layout) {
  const Address local = ReadAddress(event.record, layout.local);
  if (layout.role != DescriptorRole::kBind) return local;
  const Address given = ReadAddress(event.record, layout.address);
  const bool use_given =
      given.is_given && (event.record.result() < 0 || !local.is_given);
  return use_given ? given : local;
}

}  // namespace

SocketEnds ReadSocketEnds(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  const Address local = ReadLocal(event, layout);
  const Address remote = ReadRemote(event, layout);
  SocketEnds ends;
  ends.protocol = "<NA>";
  ends.is_tuple = layout.role != DescriptorRole::kBind;
  // A connect to AF_UNSPEC dissolves an association; the socket has a family.
  const Address& main =
      ends.is_tuple && remote.is_given && remote.address.family != AF_UNSPEC
          ? remote
          : local;
  if (!main.is_given) return ends;
  ends.family = FamilyOf(main.address.family);
  const Address& server =
      layout.role == DescriptorRole::kConnect ? remote : local;
  if (ends.family == SocketFamily::kUnix) ends.unix_path = server.unix_path;
  if (ends.family != SocketFamily::kIp) return ends;

  ends.is_v6 = main.address.family == AF_INET6 && !IsMappedPair(local, remote);
  ends.local = ToEndpoint(local, !ends.is_v6);
  ends.protocol = ProtocolName(event.record.u64(layout.protocol),
                               event.record.u64(layout.socket_type));
  if (!ends.is_tuple) {
    ends.server = ends.local;
    return ends;
  }
  ends.remote = ToEndpoint(remote, !ends.is_v6);
  const bool is_client = layout.role == DescriptorRole::kConnect;
  ends.client = is_client ? ends.local : ends.remote;
  ends.server = is_client ? ends.remote : ends.local;
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
  switch (ends.family) {
    case SocketFamily::kIp:
      if (!ends.is_tuple) return FormatEndpoint(ends.local);
      return absl::StrCat(FormatEndpoint(ends.client), "->",
                          FormatEndpoint(ends.server));
    case SocketFamily::kUnix:
      return UnixName(ends.unix_path);
    default:
      return "";
  }
}

}  // namespace eyrie::rules

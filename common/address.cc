// SPDX-License-Identifier: Apache-2.0

#include "common/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace eyrie {
namespace {

// Longest name of a host, bytes (RFC 1035).
constexpr size_t kMaxHostBytes = 253;
// Longest path of a unix socket, bytes, without its NUL.
constexpr size_t kMaxUnixPathBytes = 107;

absl::Status BadAddress(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no address: ", why,
                   "; write HOST:PORT, [IPV6]:PORT or unix:PATH"));
}

bool IsIpv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool IsHostCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
         c == '-' || c == '_';
}

absl::StatusOr<Address> ParseUnix(absl::string_view text,
                                  absl::string_view path) {
  // "unix:///path" is the same as "unix:/path".
  if (absl::StartsWith(path, "//")) path.remove_prefix(2);
  if (path.empty()) return BadAddress(text, "the path is missing");
  if (path.size() > kMaxUnixPathBytes) {
    return BadAddress(text, absl::StrCat("the path has more than ",
                                         kMaxUnixPathBytes, " bytes"));
  }
  Address address;
  address.kind = Address::Kind::kUnix;
  address.path = std::string(path);
  return address;
}

}  // namespace

std::string Address::ToString() const {
  if (kind == Kind::kUnix) return absl::StrCat("unix:", path);
  if (absl::StrContains(host, ':')) return absl::StrCat("[", host, "]:", port);
  return absl::StrCat(host, ":", port);
}

bool Address::IsLocal() const {
  if (kind == Kind::kUnix) return true;
  if (absl::EqualsIgnoreCase(host, "localhost")) return true;
  in_addr ipv4;
  if (inet_pton(AF_INET, host.c_str(), &ipv4) == 1) {
    return (ntohl(ipv4.s_addr) >> 24) == 127;
  }
  in6_addr ipv6;
  if (inet_pton(AF_INET6, host.c_str(), &ipv6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&ipv6) ||
           (IN6_IS_ADDR_V4MAPPED(&ipv6) && ipv6.s6_addr[12] == 127);
  }
  return false;
}

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) return ParseUnix(text, rest);

  Address address;
  const size_t colon = rest.rfind(':');
  if (colon == absl::string_view::npos) {
    return BadAddress(text, "the port is missing");
  }
  const absl::string_view port = rest.substr(colon + 1);
  uint32_t number = 0;
  if (port.empty() || !absl::ascii_isdigit(port[0]) ||
      !absl::SimpleAtoi(port, &number) || number > UINT16_MAX) {
    return BadAddress(text, "the port is not between 0 and 65535");
  }
  address.port = static_cast<uint16_t>(number);

  absl::string_view host = rest.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) {
    address.host = std::string(absl::StripSuffix(host, "]"));
    if (!absl::EndsWith(host, "]") || !IsIpv6(address.host)) {
      return BadAddress(text, "no IPv6 address is in the brackets");
    }
    return address;
  }
  if (host.empty()) return BadAddress(text, "the host is missing");
  if (absl::StrContains(host, ':')) {
    return BadAddress(text, "an IPv6 address needs brackets");
  }
  if (host.size() > kMaxHostBytes) {
    return BadAddress(text, "the host is too long");
  }
  for (const char c : host) {
    if (!IsHostCharacter(c)) {
      return BadAddress(text, "the host has a character that no name has");
    }
  }
  address.host = std::string(host);
  return address;
}

}  // namespace eyrie

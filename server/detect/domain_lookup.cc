// SPDX-License-Identifier: Apache-2.0

#include "server/detect/domain_lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace eyrie::server {
namespace {

rules::IpAddress FromIpv4(const void* bytes) {
  rules::IpAddress ip;
  std::memcpy(ip.bytes.data(), bytes, sizeof(in_addr));
  return ip;
}

rules::IpAddress FromIpv6(const in6_addr& address) {
  constexpr size_t kPrefixBytes = sizeof(in6_addr) - sizeof(in_addr);
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    return FromIpv4(address.s6_addr + kPrefixBytes);
  }
  rules::IpAddress ip;
  ip.is_v6 = true;
  std::memcpy(ip.bytes.data(), &address, sizeof(address));
  return ip;
}

absl::Status ErrorOf(int code, int system_error, const std::string& name) {
  const std::string message = absl::StrCat(
      "resolving ", name, ": ",
      code == EAI_SYSTEM ? std::strerror(system_error) : gai_strerror(code));
  const bool is_none = code == EAI_NONAME || code == EAI_NODATA;
  return is_none ? absl::NotFoundError(message)
                 : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::vector<rules::IpAddress>> LookUpDomain(
    const std::string& name) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // Each address once.
  addrinfo* answers = nullptr;
  const int code = getaddrinfo(name.c_str(), nullptr, &hints, &answers);
  if (code != 0) return ErrorOf(code, errno, name);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(answers,
                                                                 freeaddrinfo);
  std::vector<rules::IpAddress> addresses;
  for (const addrinfo* answer = answers; answer != nullptr;
       answer = answer->ai_next) {
    if (answer->ai_family == AF_INET) {
      sockaddr_in address;
      std::memcpy(&address, answer->ai_addr, sizeof(address));
      addresses.push_back(FromIpv4(&address.sin_addr));
    } else if (answer->ai_family == AF_INET6) {
      sockaddr_in6 address;
      std::memcpy(&address, answer->ai_addr, sizeof(address));
      addresses.push_back(FromIpv6(address.sin6_addr));
    }
  }
  if (addresses.empty()) return ErrorOf(EAI_NODATA, 0, name);
  return addresses;
}

std::optional<rules::IpAddress> ParseIpAddress(const std::string& text) {
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return FromIpv4(&v4);
  in6_addr v6;
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) return FromIpv6(v6);
  return std::nullopt;
}

std::optional<ServiceName> ParseServiceName(absl::string_view domain) {
  const std::vector<std::string> labels =
      absl::StrSplit(absl::AsciiStrToLower(domain), '.');
  if (labels.size() < 3 || labels[2] != "svc" || labels[0].empty() ||
      labels[1].empty()) {
    return std::nullopt;
  }
  return ServiceName{labels[0], labels[1]};
}

}  // namespace eyrie::server

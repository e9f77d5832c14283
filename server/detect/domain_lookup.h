// SPDX-License-Identifier: Apache-2.0
//
// Asks what addresses a name has.

#ifndef EYRIE_SERVER_DETECT_DOMAIN_LOOKUP_H_
#define EYRIE_SERVER_DETECT_DOMAIN_LOOKUP_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/check/value.h"

namespace eyrie::server {

// The addresses of `name` as the machine resolves names: /etc/hosts, DNS (A and
// AAAA). kNotFound if there is none, kUnavailable if nobody answers; that may
// take as long as /etc/resolv.conf allows, half a minute by default.
//
// Thread safety: all functions here may be called from any thread.
absl::StatusOr<std::vector<rules::IpAddress>> LookUpDomain(
    const std::string& name);

// The address that the text is; nothing if it is none. One of IPv4 in its IPv6
// form (::ffff:1.2.3.4) is of IPv4, as fields of sockets have it.
std::optional<rules::IpAddress> ParseIpAddress(const std::string& text);

// What names like "kubernetes.default.svc.cluster.local" stand for.
struct ServiceName {
  std::string name;
  std::string namespace_name;
};

// The service that SERVICE.NAMESPACE.svc or SERVICE.NAMESPACE.svc.ZONE names,
// whatever the zone; nothing for other names.
std::optional<ServiceName> ParseServiceName(absl::string_view domain);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_DOMAIN_LOOKUP_H_

// SPDX-License-Identifier: Apache-2.0
//
// Resolves the domain names of rules, again and again.

#ifndef EYRIE_SERVER_DETECT_DOMAIN_RESOLVER_H_
#define EYRIE_SERVER_DETECT_DOMAIN_RESOLVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "rules/check/value.h"
#include "rules/fields/domain_table.h"
#include "server/detect/domain_lookup.h"
#include "server/detect/service_finder.h"

namespace eyrie::server {

struct DomainResolverOptions {
  // Asks for one name. May take long, and outlive the resolver.
  std::function<absl::StatusOr<std::vector<rules::IpAddress>>(
      const std::string&)>
      look_up = LookUpDomain;
  // Knows the services of a cluster, asked before `look_up` for names of
  // services. Null: there is none. Borrowed.
  ServiceFinder* services = nullptr;
  // How often all names are asked for.
  absl::Duration refresh = absl::Minutes(1);
  // How often services are asked for that have not been listed yet.
  absl::Duration retry = absl::Seconds(1);
  // How long a name that cannot be resolved any more keeps its addresses: an
  // outage of DNS must not blind rules, nor what it once was last for ever.
  absl::Duration keep_failing = absl::Hours(1);
};

// Counted since the start but for the sizes, which are of now.
struct DomainResolverStats {
  size_t names = 0;
  size_t names_without_address = 0;
  size_t addresses = 0;
  uint64_t failures = 0;
  // Addresses beyond kMaxAddresses.
  uint64_t addresses_cut = 0;
  // How long the last round over the names took.
  absl::Duration last_refresh;
};

// Owns a thread, the only one that a name server which does not answer can
// stop. Names that are new are asked for first.
//
// Thread safety: all methods may be called from any thread.
class DomainResolver {
 public:
  // Addresses of one name that are kept; what answers by UDP has some 30.
  static constexpr size_t kMaxAddresses = 64;

  explicit DomainResolver(DomainResolverOptions options = {});
  // Does not wait for a look-up under way; `services` is not asked any more.
  ~DomainResolver();

  // What is to be resolved from now on, see RuleSet::domain_names(). Until all
  // new ones have been asked for, Current() is not complete.
  void SetNames(absl::Span<const std::string> names);

  // What the names mean now. Never null.
  std::shared_ptr<const rules::DomainTable> Current() const;

  DomainResolverStats stats() const;

 private:
  class Work;

  // Shared with the thread, which may have to be left behind.
  const std::shared_ptr<Work> work_;
  std::thread thread_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_DOMAIN_RESOLVER_H_

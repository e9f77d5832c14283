// SPDX-License-Identifier: Apache-2.0

#include "server/observe/domain_metrics.h"

#include "absl/time/time.h"

namespace eyrie::server {

void ExportDomainMetrics(const DomainResolver* resolver,
                         MetricRegistry& metrics) {
  metrics.AddGaugeCallback(
      "eyrie_server_domain_names",
      "Domain names of the rules in force, by whether they have an address.",
      {{"state", "resolved"}}, [resolver] {
        const DomainResolverStats stats = resolver->stats();
        return static_cast<double>(stats.names - stats.names_without_address);
      });
  metrics.AddGaugeCallback(
      "eyrie_server_domain_names",
      "Domain names of the rules in force, by whether they have an address.",
      {{"state", "unresolved"}}, [resolver] {
        return static_cast<double>(resolver->stats().names_without_address);
      });
  metrics.AddGaugeCallback(
      "eyrie_server_domain_addresses",
      "Addresses that the domain names of the rules have.", {},
      [resolver] { return static_cast<double>(resolver->stats().addresses); });
  metrics.AddCounterCallback(
      "eyrie_server_domain_failures",
      "Times that a domain name of the rules could not be resolved.", {},
      [resolver] { return static_cast<double>(resolver->stats().failures); });
  metrics.AddCounterCallback(
      "eyrie_server_domain_addresses_cut",
      "Addresses that a name had beyond those that are kept.", {}, [resolver] {
        return static_cast<double>(resolver->stats().addresses_cut);
      });
  metrics.AddGaugeCallback(
      "eyrie_server_domain_refresh_seconds",
      "How long it last took to ask for all domain names of the rules.", {},
      [resolver] {
        return absl::ToDoubleSeconds(resolver->stats().last_refresh);
      });
}

}  // namespace eyrie::server

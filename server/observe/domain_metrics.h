// SPDX-License-Identifier: Apache-2.0
//
// Exports what the resolver of the rules' domain names counts. Names are listed
// in docs/operations.md.

#ifndef EYRIE_SERVER_OBSERVE_DOMAIN_METRICS_H_
#define EYRIE_SERVER_OBSERVE_DOMAIN_METRICS_H_

#include "common/metrics.h"
#include "server/detect/domain_resolver.h"

namespace eyrie::server {

// Adds callbacks for every counter of `resolver`, which outlives the registry's
// pages.
void ExportDomainMetrics(const DomainResolver* resolver,
                         MetricRegistry& metrics);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_OBSERVE_DOMAIN_METRICS_H_

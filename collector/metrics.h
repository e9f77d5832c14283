// SPDX-License-Identifier: Apache-2.0
//
// What the collector counts, as /metrics and heartbeats show it.

#ifndef EYRIE_COLLECTOR_METRICS_H_
#define EYRIE_COLLECTOR_METRICS_H_

#include <vector>

#include "eyrie/v1/event.pb.h"

#include "collector/containers/container_registry.h"
#include "collector/pipeline.h"
#include "collector/source/event_source.h"
#include "collector/uplink/spool.h"
#include "collector/uplink/uplink.h"
#include "common/metrics.h"

namespace eyrie::collector {

// Who is asked; borrowed. Null parts are left out.
struct MetricSources {
  const EventSource* source = nullptr;
  const Pipeline* pipeline = nullptr;
  const ContainerRegistry* containers = nullptr;
  const Spool* spool = nullptr;
  const Uplink* uplink = nullptr;
};

// Everything that was lost since the start, by reason and event type: by the
// source, and because the spool was full.
std::vector<v1::LossReport> CollectLosses(const MetricSources& sources);

// Registers eyrie_collector_* metrics that ask `sources` for each page.
void RegisterMetrics(const MetricSources& sources, MetricRegistry* metrics);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_METRICS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Exports what the server's parts count. Names are listed in
// docs/operations.md.

#ifndef EYRIE_SERVER_OBSERVE_SERVER_METRICS_H_
#define EYRIE_SERVER_OBSERVE_SERVER_METRICS_H_

#include "common/metrics.h"
#include "server/detect/detector.h"
#include "server/detect/event_hub.h"
#include "server/detect/exec_linker.h"
#include "server/incidents/incident_writer.h"
#include "server/ingest/collector_service.h"
#include "server/ingest/session.h"
#include "server/ingest/work_pool.h"
#include "server/nodes/node_registry.h"
#include "server/rules/rule_store.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"

namespace eyrie::server {

// Borrowed; all outlive the registry's pages.
struct ObservedParts {
  const CollectorService* collectors;
  const IngestStats* ingest;
  const WorkPool* pool;
  const Detector* detector;
  const EventHub* event_hub;
  const IncidentWriter* writer;
  const IncidentWriterStats* writer_stats;
  Store* store;
  const StoreStats* store_stats;
  const NodeRegistry* nodes;
  const RuleStore* rules;
  const ExecLinker* exec_linker;
};

// Adds callbacks for every counter and queue of `parts`.
void ExportServerMetrics(const ObservedParts& parts, MetricRegistry& metrics);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_OBSERVE_SERVER_METRICS_H_

// SPDX-License-Identifier: Apache-2.0

#include "server/observe/server_metrics.h"

#include <atomic>
#include <string>
#include <vector>

namespace eyrie::server {
namespace {

struct AtomicCounter {
  const char* name;
  const char* help;
  const std::atomic<uint64_t>* value;
  double scale = 1;
};

void AddAll(const std::vector<AtomicCounter>& counters,
            MetricRegistry& metrics) {
  for (const AtomicCounter& counter : counters) {
    metrics.AddCounterCallback(counter.name, counter.help, {},
                               [value = counter.value, scale = counter.scale] {
                                 return static_cast<double>(value->load()) *
                                        scale;
                               });
  }
}

void ExportIngest(const ObservedParts& parts, MetricRegistry& metrics) {
  const IngestStats& stats = *parts.ingest;
  AddAll(
      {
          {"eyrie_server_batches", "Batches received.", &stats.batches},
          {"eyrie_server_record_bytes", "Bytes of records received.",
           &stats.bytes},
          {"eyrie_server_duplicate_batches",
           "Batches received again, not judged again.",
           &stats.duplicate_batches},
          {"eyrie_server_sequence_holes",
           "Batches that came without the one before them.",
           &stats.sequence_holes},
          {"eyrie_server_heartbeats", "Heartbeats of nodes.",
           &stats.heartbeats},
          {"eyrie_server_streams_opened", "Streams that nodes opened.",
           &stats.streams_opened},
          {"eyrie_server_streams_superseded",
           "Streams ended because the same node opened another.",
           &stats.streams_superseded},
          {"eyrie_server_config_nacks",
           "Configurations that nodes could not put in force.",
           &stats.config_nacks},
      },
      metrics);
  metrics.AddGaugeCallback(
      "eyrie_server_streams", "Streams that are open.", {},
      [parts] { return static_cast<double>(parts.collectors->sessions()); });
  metrics.AddGaugeCallback(
      "eyrie_server_detect_queue", "Sessions waiting for a detect thread.", {},
      [parts] { return static_cast<double>(parts.pool->queue_length()); });
  metrics.AddGaugeCallback(
      "eyrie_server_nodes", "Nodes by state.", {{"state", "connected"}},
      [parts] { return static_cast<double>(parts.nodes->connected()); });
  metrics.AddGaugeCallback(
      "eyrie_server_nodes", "Nodes by state.", {{"state", "disconnected"}},
      [parts] {
        return static_cast<double>(parts.nodes->known() -
                                   parts.nodes->connected());
      });
}

void ExportContainers(const ObservedParts& parts, MetricRegistry& metrics) {
  const ContainerRegistry& containers = parts.nodes->containers();
  metrics.AddGaugeCallback(
      "eyrie_server_containers", "Containers that nodes told of.", {},
      [&containers] { return static_cast<double>(containers.count()); });
  metrics.AddCounterCallback(
      "eyrie_server_containers_dropped",
      "Containers that were not listed: more than the server keeps.", {},
      [&containers] { return static_cast<double>(containers.dropped()); });
}

void ExportDetect(const ObservedParts& parts, MetricRegistry& metrics) {
  const DetectorStats& stats = parts.detector->stats();
  AddAll(
      {
          {"eyrie_server_events", "Events judged.", &stats.records},
          {"eyrie_server_matches", "Rule matches.", &stats.matches},
          {"eyrie_server_unknown_events",
           "Events of types that this server does not know.",
           &stats.unknown_types},
          {"eyrie_server_malformed_batches",
           "Batches with records that failed the check.",
           &stats.malformed_batches},
          {"eyrie_server_detections_dropped",
           "Matches beyond the limit of one batch.", &stats.detections_dropped},
      },
      metrics);
  metrics.AddGaugeCallback(
      "eyrie_server_event_watchers", "Clients that watch events.", {}, [parts] {
        return static_cast<double>(parts.event_hub->Watchers()->size());
      });
  metrics.AddGaugeCallback(
      "eyrie_server_rules", "Rules in force by state.",
      [parts]() -> std::vector<MetricSample> {
        double enabled = 0;
        const auto loaded = parts.rules->Current();
        for (const rules::Rule& rule : loaded->set->rules()) {
          enabled += rule.enabled;
        }
        const double all = static_cast<double>(loaded->set->rules().size());
        return {{{{"state", "enabled"}}, enabled},
                {{{"state", "disabled"}}, all - enabled}};
      });
  metrics.AddCounterCallback(
      "eyrie_server_rule_matches", "Matches by rule.",
      [parts]() -> std::vector<MetricSample> {
        std::vector<MetricSample> samples;
        const auto loaded = parts.rules->Current();
        const auto rules = loaded->set->rules();
        for (size_t i = 0; i < rules.size(); ++i) {
          samples.push_back({{{"rule", rules[i].name}},
                             static_cast<double>(loaded->detections[i])});
        }
        return samples;
      });
}

void ExportLinks(const ObservedParts& parts, MetricRegistry& metrics) {
  const ExecLinkerStats& stats = parts.exec_linker->stats();
  AddAll(
      {
          {"eyrie_server_pod_entries",
           "Processes started in containers of pods from outside.",
           &stats.entries},
          {"eyrie_server_pod_entries_dropped",
           "Of these, forgotten for want of room before their time.",
           &stats.entries_dropped},
          {"eyrie_server_exec_requests",
           "Audited requests to run something in a pod that rules found.",
           &stats.requests},
          {"eyrie_server_exec_requests_dropped",
           "Of these, forgotten for want of room before their time.",
           &stats.requests_dropped},
          {"eyrie_server_exec_links", "Requests whose process was found.",
           &stats.links},
          {"eyrie_server_exec_followers_left_out",
           "Programs of such processes beyond what an incident shows.",
           &stats.followers_left_out},
          {"eyrie_server_exec_followed_dropped",
           "Such processes no longer followed, for want of room.",
           &stats.followed_dropped},
          {"eyrie_server_linked_processes",
           "Processes stored with the incidents of their requests.",
           &parts.writer_stats->linked_processes},
          {"eyrie_server_links_left_out",
           "Links to incidents that were full, had the process, or were no "
           "longer live.",
           &parts.writer_stats->links_left_out},
      },
      metrics);
}

void ExportStore(const ObservedParts& parts, MetricRegistry& metrics) {
  const StoreStats& stats = *parts.store_stats;
  AddAll(
      {
          {"eyrie_store_commits", "Writes to the database.", &stats.commits},
          {"eyrie_store_synced_commits", "Writes that waited for the disk.",
           &stats.synced_commits},
          {"eyrie_store_failed_commits", "Writes that failed.",
           &stats.failed_commits},
          {"eyrie_store_commit_seconds", "Time spent writing.",
           &stats.commit_nanoseconds, 1e-9},
          {"eyrie_store_committed_bytes", "Bytes written.",
           &stats.committed_bytes},
          {"eyrie_store_detections", "Detections stored.", &stats.detections},
          {"eyrie_store_duplicate_detections",
           "Detections that were stored already.", &stats.duplicate_detections},
          {"eyrie_store_queries", "Queries answered.", &stats.queries},
          {"eyrie_store_scanned_entries", "Index entries read by queries.",
           &stats.scanned_entries},
          {"eyrie_store_undecodable_values",
           "Stored values that could not be read.", &stats.undecodable_values},
          {"eyrie_store_expired_detections", "Detections deleted by retention.",
           &stats.expired_detections},
          {"eyrie_store_expired_incidents", "Incidents deleted by retention.",
           &stats.expired_incidents},
          {"eyrie_store_backups", "Backups made.", &stats.backups},
          {"eyrie_store_failed_backups", "Backups that failed.",
           &stats.failed_backups},
      },
      metrics);
  metrics.AddGaugeCallback(
      "eyrie_store_bytes", "Bytes of the database on disk, about.", {},
      [parts] { return static_cast<double>(parts.store->ApproximateBytes()); });
  metrics.AddGaugeCallback(
      "eyrie_server_write_queue", "Judged batches waiting to be written.", {},
      [parts] { return static_cast<double>(parts.writer->queue_length()); });
}

}  // namespace

void ExportServerMetrics(const ObservedParts& parts, MetricRegistry& metrics) {
  ExportIngest(parts, metrics);
  ExportContainers(parts, metrics);
  ExportDetect(parts, metrics);
  ExportLinks(parts, metrics);
  ExportStore(parts, metrics);
}

}  // namespace eyrie::server

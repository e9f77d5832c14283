// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/json_ingest_metrics.h"

#include <string>

namespace eyrie::server {
namespace {

// In the order of IngestRefusal.
constexpr const char* kReasons[kIngestRefusals] = {
    "malformed", "too_large", "unknown_source", "unauthorized",
    "rate",      "busy",      "store"};

}  // namespace

JsonIngestMetrics::JsonIngestMetrics(MetricRegistry* metrics)
    : metrics_(metrics),
      detections_dropped_(metrics->AddCounter(
          "eyrie_server_json_detections_dropped",
          "Matches beyond the limit of one delivery of JSON events.")),
      documents_left_out_(metrics->AddCounter(
          "eyrie_server_json_documents_left_out",
          "Detections of JSON events without their document, which was too "
          "long.")),
      values_cut_(metrics->AddCounter(
          "eyrie_server_json_values_cut",
          "Values of JSON events that were too deep or too many, and read as "
          "null.")),
      seconds_(metrics->AddHistogram(
          "eyrie_server_json_durable_seconds",
          "From the receipt of a delivery of JSON events until what was found "
          "in it is on the disk.",
          LatencyBounds())) {
  for (int i = 0; i < kIngestRefusals; ++i) {
    refusals_[i] = metrics->AddCounter("eyrie_server_json_refusals",
                                       "Deliveries of JSON events refused.",
                                       {{"reason", kReasons[i]}});
  }
}

void JsonIngestMetrics::CountRefusal(IngestRefusal reason) {
  refusals_[static_cast<int>(reason)].Increment();
}

void JsonIngestMetrics::CountDelivery(absl::string_view source,
                                      const IngestResult& result,
                                      absl::Duration time) {
  const MetricLabels labels = {{"source", std::string(source)}};
  metrics_
      ->AddCounter("eyrie_server_json_events", "JSON events judged.", labels)
      .Increment(static_cast<double>(result.events));
  metrics_
      ->AddCounter("eyrie_server_json_duplicates",
                   "JSON events that had been judged before.", labels)
      .Increment(static_cast<double>(result.duplicates));
  metrics_
      ->AddCounter("eyrie_server_json_detections",
                   "Rule matches of JSON events.", labels)
      .Increment(static_cast<double>(result.detections));
  seconds_.Observe(absl::ToDoubleSeconds(time));
}

void JsonIngestMetrics::CountLeftOut(uint64_t detections, uint64_t documents) {
  detections_dropped_.Increment(static_cast<double>(detections));
  documents_left_out_.Increment(static_cast<double>(documents));
}

void JsonIngestMetrics::CountCut(uint64_t values) {
  values_cut_.Increment(static_cast<double>(values));
}

}  // namespace eyrie::server

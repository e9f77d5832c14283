// SPDX-License-Identifier: Apache-2.0
//
// Counts what comes in as JSON.

#ifndef EYRIE_SERVER_INGEST_JSON_INGEST_METRICS_H_
#define EYRIE_SERVER_INGEST_JSON_INGEST_METRICS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/metrics.h"

namespace eyrie::server {

// Why a delivery was refused.
enum class IngestRefusal {
  kMalformed,      // no JSON, or not of its source
  kTooLarge,       // more bytes than a delivery may have
  kUnknownSource,  // nobody described the source
  kUnauthorized,   // no or a wrong token, no certificate
  kRate,           // events come faster than allowed
  kBusy,           // too many deliveries at a time
  kStore,          // what was found cannot be stored
};
inline constexpr int kIngestRefusals = 7;

// What one delivery held.
struct IngestResult {
  // Judged now.
  uint64_t events = 0;
  // Judged before.
  uint64_t duplicates = 0;
  uint64_t detections = 0;
};

// Thread safety: all methods may be called from any thread.
class JsonIngestMetrics {
 public:
  // Borrows `metrics`.
  explicit JsonIngestMetrics(MetricRegistry* metrics);

  void CountRefusal(IngestRefusal reason);
  // A delivery of `source` that is durable, `time` after it came.
  void CountDelivery(absl::string_view source, const IngestResult& result,
                     absl::Duration time);
  // Matches beyond the limit of a delivery, and documents that were too long to
  // be kept with their detection.
  void CountLeftOut(uint64_t detections, uint64_t documents);
  // Values cut off because they lay too deep or were too many.
  void CountCut(uint64_t values);

 private:
  MetricRegistry* const metrics_;
  Counter refusals_[kIngestRefusals];
  const Counter detections_dropped_;
  const Counter documents_left_out_;
  const Counter values_cut_;
  const Histogram seconds_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_JSON_INGEST_METRICS_H_

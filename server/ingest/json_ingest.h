// SPDX-License-Identifier: Apache-2.0
//
// Takes in events of JSON sources: the one way, whatever door they came by.

#ifndef EYRIE_SERVER_INGEST_JSON_INGEST_H_
#define EYRIE_SERVER_INGEST_JSON_INGEST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/clock.h"
#include "rules/json/json_event.h"
#include "rules/sources/json_source.h"
#include "server/detect/exec_linker.h"
#include "server/detect/json_detector.h"
#include "server/incidents/incident_writer.h"
#include "server/ingest/json_ingest_metrics.h"
#include "server/ingest/seen_events.h"
#include "server/ingest/token_bucket.h"
#include "server/rules/rule_store.h"

namespace eyrie::server {

// Longest delivery, bytes of all its documents. API servers were seen to send
// 147 KB at the start of a cluster; told to cut what is large
// (docs/audit.md), they send no more than they are told.
inline constexpr size_t kDefaultMaxDeliveryBytes = 8 << 20;

struct JsonIngestOptions {
  // Name of this server: the node of detections, evt.hostname.
  std::string node;
  // 0: no limit. A cluster of a thousand nodes makes some thousand audit events
  // a second; one core judges 40,000, and nodes need it too.
  double max_events_per_second = 10'000;
  // Bytes of all documents of a delivery.
  size_t max_delivery_bytes = kDefaultMaxDeliveryBytes;
  // How long a delivery waits for its turn and for the disk. Less than what an
  // API server waits for its answer (30 s).
  absl::Duration timeout = absl::Seconds(10);
  // Deliveries that are read and judged at a time. A hostile one takes 30 times
  // its bytes while it is.
  int max_deliveries = 2;
  // Deliveries that are under way, from the first that waits to be judged to
  // the last that waits for the disk. They keep their documents: 256 MiB.
  int max_under_way = 32;
  // Events that are known again without being judged: some seconds at the
  // highest rate, in which a delivery without an answer is sent again.
  size_t max_seen_events = 65'536;
};

// Borrowed.
struct JsonIngestDeps {
  const RuleStore* rules;
  IncidentWriter* writer;
  // Null: requests are not linked to processes.
  ExecLinker* linker;
  JsonIngestMetrics* metrics;
  const Clock* clock;
};

// Thread safety: all methods may be called from any thread.
class JsonIngest {
 public:
  JsonIngest(const JsonIngestDeps& deps, const JsonIngestOptions& options);

  // Judges the events of one delivery. When it returns OK, what rules found is
  // durable; the same delivery again makes no second detection, also after a
  // restart. Otherwise nothing was judged, or the delivery may be sent again:
  //
  //   kNotFound           nobody described `source`
  //   kInvalidArgument    a document is no JSON, too large, or holds what is no
  //                       event of the source; the message names it
  //   kResourceExhausted  events come too fast: again after RetryDelay()
  //   kUnavailable        the disk, or all who judge, are busy
  //
  // Waits at most the timeout, and the time it takes to judge.
  absl::StatusOr<IngestResult> Ingest(
      absl::string_view source, absl::Span<const absl::string_view> documents);

  // When to come again after kResourceExhausted or kUnavailable; at least a
  // second.
  absl::Duration RetryDelay() const;

 private:
  // What is judged and not durable yet.
  struct Delivery;

  absl::StatusOr<IngestResult> IngestUnderWay(
      absl::string_view source, absl::Span<const absl::string_view> documents);
  // Counts a delivery that must come again.
  absl::Status Busy();
  absl::Status Admit(absl::Time deadline);
  absl::StatusOr<Delivery> ReadAndJudge(
      absl::string_view source, absl::Span<const absl::string_view> documents);
  // kInvalidArgument if all together are too large.
  absl::Status CheckSize(absl::Span<const absl::string_view> documents) const;
  absl::Status Read(absl::Span<const absl::string_view> documents,
                    const rules::JsonSource& source,
                    std::vector<rules::JsonEvent>* events);
  void Judge(const std::vector<rules::JsonEvent>& events,
             const rules::JsonSource& source,
             std::shared_ptr<const LoadedRules> rules, Delivery& delivery);
  absl::Status Store(Delivery delivery, absl::Time deadline);
  // Links of the requests of a delivery that was submitted.
  std::vector<ProcessLink> LinkRequests(Delivery& delivery);

  const JsonIngestDeps deps_;
  const JsonIngestOptions options_;
  TokenBucket bucket_;
  SeenEvents seen_;
  absl::Mutex mutex_;
  int deliveries_ ABSL_GUARDED_BY(mutex_) = 0;  // that are read and judged
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_JSON_INGEST_H_

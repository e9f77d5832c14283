// SPDX-License-Identifier: Apache-2.0
//
// Decides what judged batches change: which detections are new, and which
// incidents they open or continue.

#ifndef EYRIE_SERVER_INCIDENTS_INCIDENT_GROUPER_H_
#define EYRIE_SERVER_INCIDENTS_INCIDENT_GROUPER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "eyrie/v1/incident.pb.h"

#include "server/incidents/incident_writer_stats.h"
#include "server/incidents/live_incidents.h"
#include "server/incidents/process_link.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Longest summary of an incident, in bytes; what the first detection's output
// has beyond it is in the detection.
inline constexpr size_t kMaxSummaryBytes = 1024;

// One run of a node.
using Run = std::pair<std::string, uint64_t>;

// A judged batch without its callback.
struct BatchContent {
  // Unset if what was judged came from no node's stream.
  std::optional<AckMark> ack;
  std::vector<v1::Detection> detections;
  std::vector<HeldRecord> held;
  std::vector<RecordPlace> released;
  std::vector<ProcessLink> links;
};

// What a group of batches changes.
struct GroupPlan {
  Commit commit;
  // For each of commit.incidents, the last of its detections in
  // commit.detections; nothing if it has none there.
  std::vector<std::optional<size_t>> last_detections;
  uint64_t duplicate_batches = 0;
  uint64_t duplicate_detections = 0;
  uint64_t opened = 0;
  uint64_t linked_processes = 0;
  // Processes whose incident is full, has them already, or is not live.
  uint64_t links_left_out = 0;
};

// Thread safety: not thread-safe; the writer's thread owns it.
class IncidentGrouper {
 public:
  // Borrows `store` and `stats`.
  IncidentGrouper(Store* store, size_t max_live_incidents,
                  IncidentWriterStats* stats);

  // Plans what `batches`, in their order, change at `now`. Takes the detections
  // out of them if it succeeds, and leaves them as they are if not.
  //
  // Fails only if the store cannot be read.
  absl::StatusOr<GroupPlan> Plan(absl::Span<BatchContent> batches,
                                 absl::Time now);

  // Tells that `plan` has become durable: the next plan builds on it.
  void Committed(const GroupPlan& plan, absl::Time now);
  // Tells that `incident` has become durable by itself.
  void Committed(const v1::Incident& incident, absl::Time now);

 private:
  // What a plan has found so far.
  struct Draft;

  absl::StatusOr<uint64_t> AckedSequence(const AckMark& ack);
  absl::Status AddBatch(BatchContent& batch, absl::Time now, Draft& draft);
  absl::Status AddContent(BatchContent& batch, absl::Time now, Draft& draft);
  absl::Status AddDetection(v1::Detection& detection, absl::Time now,
                            Draft& draft);
  absl::Status AddLink(const ProcessLink& link, absl::Time now, Draft& draft);

  Store* const store_;
  LiveIncidents live_;
  // Last sequence of runs that sent something lately; the store knows the rest.
  absl::flat_hash_map<Run, uint64_t> acked_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INCIDENTS_INCIDENT_GROUPER_H_

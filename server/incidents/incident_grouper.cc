// SPDX-License-Identifier: Apache-2.0
//
// A plan is made in two steps, so that a failed one leaves nothing behind: a
// draft, which only reads, and then the commit, which takes the detections.

#include "server/incidents/incident_grouper.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "common/proto_time.h"
#include "common/status_macros.h"
#include "server/incidents/fingerprint.h"
#include "server/incidents/incident_lifecycle.h"

namespace eyrie::server {
namespace {

// Runs whose ack state is kept in memory. Beyond it all are read again, which
// costs one lookup each.
constexpr size_t kMaxRuns = 16'384;

bool IsDetectionId(absl::string_view id) {
  return id.size() == 32 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// `text` cut to `max_bytes` at a character.
absl::string_view CutText(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t size = max_bytes;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

v1::Incident OpenIncident(const v1::Detection& detection,
                          const std::string& fingerprint) {
  v1::Incident incident;
  incident.set_id(IncidentId(fingerprint, detection.id()));
  incident.set_fingerprint(fingerprint);
  incident.set_rule(detection.rule());
  incident.set_priority(detection.priority());
  incident.set_source(detection.source());
  *incident.mutable_tags() = detection.tags();
  incident.set_node(detection.node());
  incident.set_container_id(detection.container_id());
  incident.set_state(v1::Incident::OPEN);
  *incident.mutable_first_seen() = detection.time();
  *incident.mutable_last_seen() = detection.time();
  const absl::string_view summary =
      CutText(detection.output(), kMaxSummaryBytes);
  incident.set_summary(summary.data(), summary.size());
  for (std::string& name : Lineage(detection)) {
    incident.add_lineage(std::move(name));
  }
  return incident;
}

// A detection that was complete tells more than one that was not: so filters
// find also what began before a container's metadata had come.
void TakeWorkload(const v1::Detection& detection, v1::Incident& incident) {
  const bool is_complete = detection.missing_metadata().empty();
  const bool is_first = incident.count() == 0;
  if (detection.has_workload() &&
      (is_first || (is_complete && incident.has_missing_metadata()))) {
    *incident.mutable_workload() = detection.workload();
  }
  if (!is_complete) incident.set_has_missing_metadata(true);
}

void CountDetection(const v1::Detection& detection, v1::Incident& incident) {
  TakeWorkload(detection, incident);
  incident.set_count(incident.count() + 1);
  const absl::Time time = FromProtoTime(detection.time());
  if (time < FromProtoTime(incident.first_seen())) {
    *incident.mutable_first_seen() = detection.time();
  }
  if (time > FromProtoTime(incident.last_seen())) {
    *incident.mutable_last_seen() = detection.time();
  }
  // A rule may have become more severe since the incident opened.
  if (detection.priority() < incident.priority()) {
    incident.set_priority(detection.priority());
  }
}

}  // namespace

struct IncidentGrouper::Draft {
  struct Group {
    v1::Incident incident;
    std::optional<size_t> last_detection;
  };
  // By number of the incident in the commit.
  std::vector<Group> groups;
  absl::flat_hash_map<std::string, size_t> by_fingerprint;

  // Detections to store, and the number of the incident of each.
  std::vector<std::pair<v1::Detection*, size_t>> detections;
  absl::flat_hash_set<std::string> detection_ids;

  absl::flat_hash_map<Run, uint64_t> acked;
  // Batches whose held and released records the commit takes.
  std::vector<BatchContent*> batches;
  uint64_t duplicate_batches = 0;
  uint64_t duplicate_detections = 0;
  uint64_t opened = 0;
  uint64_t linked_processes = 0;
  uint64_t links_left_out = 0;
};

IncidentGrouper::IncidentGrouper(Store* store, size_t max_live_incidents,
                                 IncidentWriterStats* stats)
    : store_(store), live_(store, max_live_incidents, stats) {}

absl::StatusOr<GroupPlan> IncidentGrouper::Plan(
    absl::Span<BatchContent> batches, absl::Time now) {
  Draft draft;
  for (BatchContent& batch : batches) {
    EYRIE_RETURN_IF_ERROR(AddBatch(batch, now, draft));
  }

  GroupPlan plan;
  plan.duplicate_batches = draft.duplicate_batches;
  plan.duplicate_detections = draft.duplicate_detections;
  plan.opened = draft.opened;
  plan.linked_processes = draft.linked_processes;
  plan.links_left_out = draft.links_left_out;
  plan.commit.sync = draft.linked_processes > 0;
  plan.commit.detections.reserve(draft.detections.size());
  for (const auto& [detection, group] : draft.detections) {
    detection->set_incident_id(draft.groups[group].incident.id());
    plan.commit.detections.push_back(std::move(*detection));
  }
  for (Draft::Group& group : draft.groups) {
    MarkChanged(group.incident, now);
    plan.commit.incidents.push_back(std::move(group.incident));
    plan.last_detections.push_back(group.last_detection);
  }
  for (const auto& [run, sequence] : draft.acked) {
    plan.commit.acks.push_back({run.first, run.second, sequence});
  }
  for (BatchContent* const batch : draft.batches) {
    std::move(batch->held.begin(), batch->held.end(),
              std::back_inserter(plan.commit.held));
    std::move(batch->released.begin(), batch->released.end(),
              std::back_inserter(plan.commit.released));
  }
  return plan;
}

absl::Status IncidentGrouper::AddBatch(BatchContent& batch, absl::Time now,
                                       Draft& draft) {
  if (!batch.ack.has_value()) return AddContent(batch, now, draft);
  const Run run(batch.ack->node, batch.ack->run_id);
  uint64_t acked = 0;
  if (const auto known = draft.acked.find(run); known != draft.acked.end()) {
    acked = known->second;
  } else {
    EYRIE_ASSIGN_OR_RETURN(acked, AckedSequence(*batch.ack));
  }
  if (batch.ack->sequence <= acked) {
    ++draft.duplicate_batches;
    return absl::OkStatus();
  }
  EYRIE_RETURN_IF_ERROR(AddContent(batch, now, draft));
  draft.acked[run] = batch.ack->sequence;
  return absl::OkStatus();
}

absl::Status IncidentGrouper::AddContent(BatchContent& batch, absl::Time now,
                                         Draft& draft) {
  for (v1::Detection& detection : batch.detections) {
    EYRIE_RETURN_IF_ERROR(AddDetection(detection, now, draft));
  }
  for (const ProcessLink& link : batch.links) {
    EYRIE_RETURN_IF_ERROR(AddLink(link, now, draft));
  }
  draft.batches.push_back(&batch);
  return absl::OkStatus();
}

absl::Status IncidentGrouper::AddDetection(v1::Detection& detection,
                                           absl::Time now, Draft& draft) {
  if (!IsDetectionId(detection.id())) {
    detection.set_id(DetectionId(detection.node(), detection.run_id(),
                                 detection.sequence(), detection.record_index(),
                                 detection.rule()));
  }
  EYRIE_ASSIGN_OR_RETURN(const bool is_stored,
                         store_->HasDetection(detection.id()));
  if (is_stored || !draft.detection_ids.insert(detection.id()).second) {
    ++draft.duplicate_detections;
    return absl::OkStatus();
  }

  const std::string fingerprint = Fingerprint(detection);
  const auto known = draft.by_fingerprint.find(fingerprint);
  size_t number = draft.groups.size();
  if (known != draft.by_fingerprint.end()) {
    number = known->second;
  } else {
    EYRIE_ASSIGN_OR_RETURN(std::optional<v1::Incident> live,
                           live_.Find(fingerprint, now));
    if (!live.has_value()) {
      live = OpenIncident(detection, fingerprint);
      ++draft.opened;
    }
    draft.groups.push_back({*std::move(live), {}});
    draft.by_fingerprint[fingerprint] = number;
  }
  CountDetection(detection, draft.groups[number].incident);
  draft.groups[number].last_detection = draft.detections.size();
  draft.detections.emplace_back(&detection, number);
  return absl::OkStatus();
}

absl::Status IncidentGrouper::AddLink(const ProcessLink& link, absl::Time now,
                                      Draft& draft) {
  const auto known = draft.by_fingerprint.find(link.fingerprint);
  if (known != draft.by_fingerprint.end()) {
    ++(AddLinkedProcess(link.process, draft.groups[known->second].incident)
           ? draft.linked_processes
           : draft.links_left_out);
    return absl::OkStatus();
  }
  EYRIE_ASSIGN_OR_RETURN(std::optional<v1::Incident> live,
                         live_.Find(link.fingerprint, now));
  if (!live.has_value() || !AddLinkedProcess(link.process, *live)) {
    ++draft.links_left_out;
    return absl::OkStatus();
  }
  ++draft.linked_processes;
  draft.by_fingerprint[link.fingerprint] = draft.groups.size();
  draft.groups.push_back({*std::move(live), {}});
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> IncidentGrouper::AckedSequence(const AckMark& ack) {
  const auto known = acked_.find(Run(ack.node, ack.run_id));
  if (known != acked_.end()) return known->second;
  return store_->AckedSequence(ack.node, ack.run_id);
}

void IncidentGrouper::Committed(const GroupPlan& plan, absl::Time now) {
  for (const AckMark& ack : plan.commit.acks) {
    if (acked_.size() >= kMaxRuns) acked_.clear();
    acked_[Run(ack.node, ack.run_id)] = ack.sequence;
  }
  for (const v1::Incident& incident : plan.commit.incidents) {
    live_.Remember(incident, now);
  }
}

void IncidentGrouper::Committed(const v1::Incident& incident, absl::Time now) {
  live_.Remember(incident, now);
}

}  // namespace eyrie::server

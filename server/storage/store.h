// SPDX-License-Identifier: Apache-2.0
//
// What the server keeps: incidents, detections, nodes, ack state, coverage
// gaps, rule switches, records that wait for their pod.

#ifndef EYRIE_SERVER_STORAGE_STORE_H_
#define EYRIE_SERVER_STORAGE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"
#include "eyrie/v1/incident_service.pb.h"
#include "eyrie/v1/node.pb.h"

namespace eyrie::server {

// Batches of `node`'s run up to `sequence` have been judged.
struct AckMark {
  std::string node;
  uint64_t run_id = 0;
  uint64_t sequence = 0;
};

// A record's place: the index counts the records of its batch.
struct RecordPlace {
  std::string node;
  uint64_t run_id = 0;
  uint64_t sequence = 0;
  uint32_t index = 0;

  friend bool operator==(const RecordPlace&, const RecordPlace&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const RecordPlace& place) {
    return H::combine(std::move(h), place.node, place.run_id, place.sequence,
                      place.index);
  }
};

// A record that waits to be judged until its pod is known. Its batch is
// acknowledged.
struct HeldRecord {
  RecordPlace place;
  // A serialized v1::EventBatch that has this record alone, with all it names.
  std::string batch;
  // Uid of the pod; not stored, as the batch has it.
  std::string pod_uid;
  // The record's part of what may wait (server/holdback/); freed with its last
  // owner. Null where nobody counts.
  std::shared_ptr<const void> share;
};

// Everything that becomes durable together.
struct Commit {
  std::vector<v1::Detection> detections;
  // Whole new versions. `previous_*` of an incident's indexed facts are looked
  // up by the store itself.
  std::vector<v1::Incident> incidents;
  std::vector<AckMark> acks;
  std::vector<v1::CoverageGap> gaps;
  std::vector<HeldRecord> held;
  // Held records that have been judged; those that are not there do not matter.
  std::vector<RecordPlace> released;
  // Whether to wait for the disk. Commits with detections or held records
  // always do.
  bool sync = false;
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next_page_token;  // empty on the last page
};

// Thread safety: all methods may be called from any thread; WriteCommit only by
// the one writer of incidents (server/incidents/incident_writer.h) at a time.
class Store {
 public:
  virtual ~Store() = default;

  // Writes all of `commit` or nothing. A detection whose id is already stored
  // is not written and not indexed again.
  virtual absl::Status WriteCommit(const Commit& commit) = 0;

  // 0 if the run is not known.
  virtual absl::StatusOr<uint64_t> AckedSequence(absl::string_view node,
                                                 uint64_t run_id) = 0;
  virtual absl::StatusOr<bool> HasDetection(absl::string_view id) = 0;
  // All held records, in the order of their places; without `pod_uid` and
  // `share`.
  virtual absl::StatusOr<std::vector<HeldRecord>> ListHeld() = 0;

  // kNotFound if there is none; kInvalidArgument for a prefix that is too short
  // or not unique (it names the candidates).
  virtual absl::StatusOr<v1::Incident> GetIncident(
      absl::string_view id_or_prefix) = 0;
  // The incident of that fingerprint which is not resolved, if any.
  virtual absl::StatusOr<std::optional<v1::Incident>> FindLiveIncident(
      absl::string_view fingerprint) = 0;
  // Newest (last seen) first.
  virtual absl::StatusOr<Page<v1::Incident>> ListIncidents(
      const v1::IncidentFilter& filter, int page_size,
      absl::string_view page_token) = 0;
  // Newest first.
  virtual absl::StatusOr<Page<v1::Detection>> ListDetections(
      const v1::IncidentFilter& filter, absl::string_view incident_id,
      int page_size, absl::string_view page_token) = 0;
  virtual absl::StatusOr<Page<v1::CoverageGap>> ListCoverageGaps(
      absl::Time since, absl::string_view node, int page_size,
      absl::string_view page_token) = 0;

  virtual absl::Status PutNode(const v1::Node& node) = 0;
  virtual absl::StatusOr<v1::Node> GetNode(absl::string_view name) = 0;
  virtual absl::StatusOr<Page<v1::Node>> ListNodes(
      int page_size, absl::string_view page_token) = 0;

  // Rules that an operator switched on or off, across restarts.
  virtual absl::Status PutRuleSwitch(absl::string_view rule, bool enabled) = 0;
  virtual absl::StatusOr<std::vector<std::pair<std::string, bool>>>
  ListRuleSwitches() = 0;

  // Deletes what is older than `max_age`, then the oldest until at most
  // `max_bytes` (0: no limit) remain, about. Returns what was deleted.
  struct RetentionResult {
    uint64_t detections = 0;
    uint64_t incidents = 0;
    uint64_t gaps = 0;
  };
  virtual absl::StatusOr<RetentionResult> ApplyRetention(
      absl::Time now, absl::Duration max_age, uint64_t max_bytes) = 0;

  // A consistent copy while running.
  struct Backup {
    uint32_t id = 0;
    uint64_t bytes = 0;
  };
  virtual absl::StatusOr<Backup> CreateBackup(const std::string& directory) = 0;

  // Bytes on disk, about.
  virtual uint64_t ApproximateBytes() = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_STORE_H_

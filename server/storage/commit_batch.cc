// SPDX-License-Identifier: Apache-2.0

#include "server/storage/commit_batch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "server/storage/index_entries.h"
#include "server/storage/keys.h"

namespace eyrie::server {
namespace {

absl::Status CheckId(absl::string_view what, absl::string_view id) {
  if (keys::IsId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, " \"", id, "\" is not 32 lower-case hex digits"));
}

bool IsLive(const v1::Incident& incident) {
  return incident.state() != v1::Incident::RESOLVED;
}

// The last version of each incident in `incidents`, in the order of the first.
std::vector<const v1::Incident*> LastVersions(
    const std::vector<v1::Incident>& incidents) {
  std::vector<const v1::Incident*> versions;
  absl::flat_hash_map<absl::string_view, size_t> places;
  for (const v1::Incident& incident : incidents) {
    const auto [place, is_new] =
        places.try_emplace(incident.id(), versions.size());
    if (is_new) {
      versions.push_back(&incident);
    } else {
      versions[place->second] = &incident;
    }
  }
  return versions;
}

}  // namespace

CommitBatch::CommitBatch(const Database* database, absl::Time now)
    : database_(database), now_(now) {}

absl::Status CommitBatch::Add(const Commit& commit) {
  absl::flat_hash_set<absl::string_view> ids;
  for (const v1::Detection& detection : commit.detections) {
    EYRIE_RETURN_IF_ERROR(CheckId("detection id", detection.id()));
    EYRIE_RETURN_IF_ERROR(CheckId("incident id", detection.incident_id()));
    if (!ids.insert(detection.id()).second) {
      ++duplicate_detections_;
      continue;
    }
    EYRIE_RETURN_IF_ERROR(AddDetection(detection));
  }

  const std::vector<const v1::Incident*> incidents =
      LastVersions(commit.incidents);
  // First all that are no longer live, so that they cannot take the place in
  // live_fingerprints from one that opens in this commit.
  for (const v1::Incident* incident : incidents) {
    EYRIE_RETURN_IF_ERROR(CheckId("incident id", incident->id()));
    EYRIE_RETURN_IF_ERROR(CheckId("fingerprint", incident->fingerprint()));
    if (!IsLive(*incident)) EYRIE_RETURN_IF_ERROR(AddIncident(*incident));
  }
  for (const v1::Incident* incident : incidents) {
    if (IsLive(*incident)) EYRIE_RETURN_IF_ERROR(AddIncident(*incident));
  }

  std::map<std::string, const v1::CoverageGap*> gaps;
  for (const v1::CoverageGap& gap : commit.gaps) {
    gaps[keys::Gap(GapIdOf(gap))] = &gap;
  }
  for (const auto& [key, gap] : gaps) {
    EYRIE_RETURN_IF_ERROR(AddGap(key, *gap));
  }

  absl::flat_hash_map<std::pair<absl::string_view, uint64_t>, AckMark> acks;
  for (const AckMark& ack : commit.acks) {
    AckMark& last = acks.try_emplace({ack.node, ack.run_id}, ack).first->second;
    last.sequence = std::max(last.sequence, ack.sequence);
  }
  for (const auto& [run, ack] : acks) EYRIE_RETURN_IF_ERROR(AddAck(ack));

  for (const HeldRecord& held : commit.held) {
    EYRIE_RETURN_IF_ERROR(
        Put(Family::kHeld, keys::Held(held.place), held.batch));
  }
  for (const RecordPlace& place : commit.released) {
    EYRIE_RETURN_IF_ERROR(Delete(Family::kHeld, keys::Held(place)));
  }
  return absl::OkStatus();
}

absl::Status CommitBatch::AddDetection(const v1::Detection& detection) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                         database_->Get(Family::kDetections, detection.id()));
  if (stored.has_value()) {
    ++duplicate_detections_;
    return absl::OkStatus();
  }
  EYRIE_RETURN_IF_ERROR(
      Put(Family::kDetections, detection.id(), detection.SerializeAsString()));
  for (const std::string& entry : IndexEntries(detection)) {
    EYRIE_RETURN_IF_ERROR(Put(Family::kDetectionIndex, entry, ""));
  }
  ++detections_;
  return absl::OkStatus();
}

absl::Status CommitBatch::AddIncident(const v1::Incident& incident) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                         database_->Get(Family::kIncidents, incident.id()));
  std::vector<std::string> old_entries;
  v1::Incident previous;
  // A damaged version is replaced; index entries that it leaves behind are
  // known for what they are by their time, and skipped by queries.
  if (stored.has_value() && previous.ParseFromString(*stored)) {
    old_entries = IndexEntries(previous);
  }
  const std::vector<std::string> new_entries = IndexEntries(incident);
  for (const std::string& entry : old_entries) {
    if (!std::binary_search(new_entries.begin(), new_entries.end(), entry)) {
      EYRIE_RETURN_IF_ERROR(Delete(Family::kIncidentIndex, entry));
    }
  }
  for (const std::string& entry : new_entries) {
    if (!std::binary_search(old_entries.begin(), old_entries.end(), entry)) {
      EYRIE_RETURN_IF_ERROR(Put(Family::kIncidentIndex, entry, ""));
    }
  }
  EYRIE_RETURN_IF_ERROR(
      Put(Family::kIncidents, incident.id(), incident.SerializeAsString()));
  ++incidents_;
  if (IsLive(incident)) {
    return Put(Family::kLiveFingerprints, incident.fingerprint(),
               incident.id());
  }
  return ForgetFingerprint(incident);
}

absl::Status CommitBatch::ForgetFingerprint(const v1::Incident& incident) {
  EYRIE_ASSIGN_OR_RETURN(
      const std::optional<std::string> live,
      database_->Get(Family::kLiveFingerprints, incident.fingerprint()));
  // Another incident may have opened since this one was resolved.
  if (live != incident.id()) return absl::OkStatus();
  return Delete(Family::kLiveFingerprints, incident.fingerprint());
}

absl::Status CommitBatch::AddGap(const std::string& key,
                                 const v1::CoverageGap& gap) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                         database_->Get(Family::kGaps, key));
  v1::CoverageGap previous;
  if (stored.has_value() && previous.ParseFromString(*stored)) {
    for (const std::string& entry : IndexEntries(previous)) {
      EYRIE_RETURN_IF_ERROR(Delete(Family::kGaps, entry));
    }
  }
  for (const std::string& entry : IndexEntries(gap)) {
    EYRIE_RETURN_IF_ERROR(Put(Family::kGaps, entry, ""));
  }
  return Put(Family::kGaps, key, gap.SerializeAsString());
}

absl::Status CommitBatch::AddAck(const AckMark& ack) {
  const std::string key = keys::Ack(ack.node, ack.run_id);
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                         database_->Get(Family::kAcks, key));
  keys::AckValue value = {ack.sequence, now_};
  if (stored.has_value()) {
    EYRIE_ASSIGN_OR_RETURN(const keys::AckValue previous,
                           keys::DecodeAckValue(*stored));
    value.sequence = std::max(value.sequence, previous.sequence);
  }
  return Put(Family::kAcks, key, keys::EncodeAckValue(value));
}

absl::Status CommitBatch::Put(Family family, const std::string& key,
                              const std::string& value) {
  return FromRocksDb(batch_.Put(database_->family(family), key, value),
                     "adding to a commit");
}

absl::Status CommitBatch::Delete(Family family, const std::string& key) {
  return FromRocksDb(batch_.Delete(database_->family(family), key),
                     "adding to a commit");
}

}  // namespace eyrie::server

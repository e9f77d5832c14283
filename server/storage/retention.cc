// SPDX-License-Identifier: Apache-2.0
//
// Every pass walks a list by time from its old end in steps. A step reads and
// deletes under the write mutex, so that no commit changes in between what is
// deleted, and leaves the mutex to commits before the next.

#include "server/storage/retention.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/proto_time.h"
#include "common/status_macros.h"
#include "server/storage/index_entries.h"
#include "server/storage/keys.h"

namespace eyrie::server {
namespace {

// Deleting by size goes on down to this share of the limit: so it is rare, and
// each compaction frees a tenth of the disk instead of a few bytes.
constexpr double kTarget = 0.9;

// The number of detections to delete is estimated from their average size. One
// round is nearly always enough; more would be a sign that it cannot be.
constexpr int kMaxSizeRounds = 4;

// The first position whose time is before `cutoff`.
std::string OlderThan(absl::Time cutoff) {
  return keys::FirstPosition(cutoff - absl::Nanoseconds(1));
}

class Retention {
 public:
  Retention(Database* database, StoreStats* stats, absl::Time now,
            const RetentionLimits& limits)
      : database_(database), stats_(stats), now_(now), limits_(limits) {}

  absl::StatusOr<Store::RetentionResult> Run() {
    if (limits_.max_age < absl::InfiniteDuration()) {
      EYRIE_RETURN_IF_ERROR(DeleteByAge(now_ - limits_.max_age));
    }
    if (limits_.max_bytes > 0) EYRIE_RETURN_IF_ERROR(DeleteBySize());
    EYRIE_RETURN_IF_ERROR(DeleteAcks());
    return result_;
  }

 private:
  // A key range that is walked from its end.
  struct Walk {
    Family family;
    std::string begin;
    std::string end;
    // Length of the list's prefix in each key.
    size_t prefix;
  };

  // Deletes in `batch` what `position` points to. Returns whether it did.
  using DeleteItem = absl::StatusOr<bool> (Retention::*)(
      absl::string_view position, absl::Time cutoff,
      rocksdb::WriteBatch& batch);

  absl::Status DeleteByAge(absl::Time cutoff);
  absl::Status DeleteBySize();
  absl::Status DeleteAcks();
  absl::Status DeleteIncidentsAndGaps(absl::Time cutoff,
                                      DeleteItem delete_incident);

  // Deletes up to `max_items` of those whose position is not before `begin`,
  // oldest first. Returns the time of the last.
  absl::StatusOr<absl::Time> DeleteDetections(const std::string& begin,
                                              uint64_t max_items);
  absl::Status DeleteEach(Walk walk, absl::Time cutoff, DeleteItem delete_item,
                          uint64_t& deleted);
  absl::StatusOr<bool> DeleteOldIncident(absl::string_view position,
                                         absl::Time cutoff,
                                         rocksdb::WriteBatch& batch);
  absl::StatusOr<bool> DeleteIncidentForSize(absl::string_view position,
                                             absl::Time cutoff,
                                             rocksdb::WriteBatch& batch);
  absl::StatusOr<bool> DeleteGap(absl::string_view position, absl::Time cutoff,
                                 rocksdb::WriteBatch& batch);
  absl::StatusOr<std::optional<v1::Incident>> IncidentAt(
      absl::string_view position);
  absl::Status DeleteIncident(const v1::Incident& incident,
                              rocksdb::WriteBatch& batch);
  absl::Status DeleteDetection(absl::string_view time_key,
                               rocksdb::WriteBatch& batch);

  // The last keys of the range, at most limits_.step, in walking order. Moves
  // the end of `walk` before them.
  absl::StatusOr<std::vector<std::string>> TakeStep(Walk& walk);
  absl::Status Write(rocksdb::WriteBatch& batch);
  absl::Status Compact();
  uint64_t EstimatedDetections() const;

  Database* const database_;
  StoreStats* const stats_;
  const absl::Time now_;
  const RetentionLimits limits_;
  Store::RetentionResult result_;
};

absl::StatusOr<std::vector<std::string>> Retention::TakeStep(Walk& walk) {
  rocksdb::ReadOptions options;
  const rocksdb::Slice begin = walk.begin;
  const rocksdb::Slice end = walk.end;
  options.iterate_lower_bound = &begin;
  options.iterate_upper_bound = &end;
  // Deleted entries and what they point to are not worth keeping in memory.
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db()->NewIterator(options, database_->family(walk.family)));
  std::vector<std::string> entries;
  for (iterator->SeekToLast();
       iterator->Valid() && entries.size() < limits_.step; iterator->Prev()) {
    entries.push_back(iterator->key().ToString());
  }
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(iterator->status(), "looking for what is too old"));
  if (!entries.empty()) walk.end = entries.back();
  return entries;
}

absl::Status Retention::DeleteDetection(absl::string_view time_key,
                                        rocksdb::WriteBatch& batch) {
  const absl::StatusOr<keys::IndexKey> key = keys::DecodeIndexKey(time_key);
  // A damaged entry goes with the range.
  if (!key.ok()) return absl::OkStatus();
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                         database_->Get(Family::kDetections, key->id));
  if (!value.has_value()) return absl::OkStatus();
  v1::Detection detection;
  if (detection.ParseFromString(*value)) {
    const std::vector<std::string> entries = IndexEntries(detection);
    // The first, by time, goes with the range.
    for (size_t i = 1; i < entries.size(); ++i) {
      EYRIE_RETURN_IF_ERROR(FromRocksDb(
          batch.Delete(database_->family(Family::kDetectionIndex), entries[i]),
          "deleting an index entry"));
    }
  }
  return FromRocksDb(
      batch.Delete(database_->family(Family::kDetections), key->id),
      "deleting a detection");
}

absl::StatusOr<absl::Time> Retention::DeleteDetections(const std::string& begin,
                                                       uint64_t max_items) {
  const std::string prefix = keys::TimeList();
  Walk walk = {Family::kDetectionIndex, absl::StrCat(prefix, begin),
               keys::PrefixEnd(prefix), prefix.size()};
  absl::Time newest = absl::InfinitePast();
  while (max_items > 0) {
    absl::MutexLock lock(&database_->write_mutex());
    const std::string range_end = walk.end;
    EYRIE_ASSIGN_OR_RETURN(std::vector<std::string> entries, TakeStep(walk));
    if (entries.empty()) break;
    if (entries.size() > max_items) entries.resize(max_items);
    rocksdb::WriteBatch batch;
    for (const std::string& entry : entries) {
      EYRIE_RETURN_IF_ERROR(DeleteDetection(entry, batch));
    }
    EYRIE_RETURN_IF_ERROR(FromRocksDb(
        batch.DeleteRange(database_->family(Family::kDetectionIndex),
                          entries.back(), range_end),
        "deleting index entries"));
    EYRIE_RETURN_IF_ERROR(Write(batch));
    if (const auto key = keys::DecodeIndexKey(entries.back()); key.ok()) {
      newest = key->time;
    }
    max_items -= entries.size();
    result_.detections += entries.size();
    stats_->expired_detections += entries.size();
  }
  return newest;
}

absl::Status Retention::DeleteEach(Walk walk, absl::Time cutoff,
                                   DeleteItem delete_item, uint64_t& deleted) {
  while (true) {
    absl::MutexLock lock(&database_->write_mutex());
    EYRIE_ASSIGN_OR_RETURN(const std::vector<std::string> entries,
                           TakeStep(walk));
    if (entries.empty()) return absl::OkStatus();
    rocksdb::WriteBatch batch;
    uint64_t count = 0;
    for (const std::string& entry : entries) {
      EYRIE_ASSIGN_OR_RETURN(
          const bool is_deleted,
          (this->*delete_item)(absl::string_view(entry).substr(walk.prefix),
                               cutoff, batch));
      if (is_deleted) ++count;
    }
    EYRIE_RETURN_IF_ERROR(Write(batch));
    deleted += count;
  }
}

absl::StatusOr<std::optional<v1::Incident>> Retention::IncidentAt(
    absl::string_view position) {
  const absl::StatusOr<keys::PositionParts> parts =
      keys::DecodePosition(position);
  if (!parts.ok()) return std::nullopt;
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                         database_->Get(Family::kIncidents, parts->id));
  v1::Incident incident;
  if (!value.has_value() || !incident.ParseFromString(*value)) {
    return std::nullopt;
  }
  return incident;
}

absl::Status Retention::DeleteIncident(const v1::Incident& incident,
                                       rocksdb::WriteBatch& batch) {
  for (const std::string& entry : IndexEntries(incident)) {
    EYRIE_RETURN_IF_ERROR(FromRocksDb(
        batch.Delete(database_->family(Family::kIncidentIndex), entry),
        "deleting an index entry"));
  }
  EYRIE_ASSIGN_OR_RETURN(
      const std::optional<std::string> live,
      database_->Get(Family::kLiveFingerprints, incident.fingerprint()));
  if (live == incident.id()) {
    EYRIE_RETURN_IF_ERROR(
        FromRocksDb(batch.Delete(database_->family(Family::kLiveFingerprints),
                                 incident.fingerprint()),
                    "deleting a fingerprint"));
  }
  return FromRocksDb(
      batch.Delete(database_->family(Family::kIncidents), incident.id()),
      "deleting an incident");
}

absl::StatusOr<bool> Retention::DeleteOldIncident(absl::string_view position,
                                                  absl::Time cutoff,
                                                  rocksdb::WriteBatch& batch) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<v1::Incident> incident,
                         IncidentAt(position));
  if (!incident.has_value()) return false;
  if (FromProtoTime(incident->update_time()) >= cutoff) return false;
  EYRIE_RETURN_IF_ERROR(DeleteIncident(*incident, batch));
  return true;
}

absl::StatusOr<bool> Retention::DeleteIncidentForSize(
    absl::string_view position, absl::Time, rocksdb::WriteBatch& batch) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<v1::Incident> incident,
                         IncidentAt(position));
  if (!incident.has_value()) return false;
  if (incident->state() != v1::Incident::RESOLVED &&
      FromProtoTime(incident->last_seen()) >= now_ - limits_.live_grace) {
    return false;
  }
  EYRIE_RETURN_IF_ERROR(DeleteIncident(*incident, batch));
  return true;
}

absl::StatusOr<bool> Retention::DeleteGap(absl::string_view position,
                                          absl::Time,
                                          rocksdb::WriteBatch& batch) {
  const absl::StatusOr<keys::GapPositionParts> parts =
      keys::DecodeGapPosition(position);
  if (!parts.ok()) return false;
  rocksdb::ColumnFamilyHandle* const family = database_->family(Family::kGaps);
  for (const std::string& key :
       {absl::StrCat(keys::GapTimeList(), position),
        absl::StrCat(keys::GapNodeList(parts->id.node), position),
        keys::Gap(parts->id)}) {
    EYRIE_RETURN_IF_ERROR(
        FromRocksDb(batch.Delete(family, key), "deleting a gap"));
  }
  return true;
}

absl::Status Retention::DeleteIncidentsAndGaps(absl::Time cutoff,
                                               DeleteItem delete_incident) {
  const Store::RetentionResult before = result_;
  const std::string begin = OlderThan(cutoff);
  const std::string incidents = keys::TimeList();
  EYRIE_RETURN_IF_ERROR(
      DeleteEach({Family::kIncidentIndex, absl::StrCat(incidents, begin),
                  keys::PrefixEnd(incidents), incidents.size()},
                 cutoff, delete_incident, result_.incidents));
  stats_->expired_incidents += result_.incidents - before.incidents;
  const std::string gaps = keys::GapTimeList();
  EYRIE_RETURN_IF_ERROR(DeleteEach({Family::kGaps, absl::StrCat(gaps, begin),
                                    keys::PrefixEnd(gaps), gaps.size()},
                                   cutoff, &Retention::DeleteGap,
                                   result_.gaps));
  stats_->expired_gaps += result_.gaps - before.gaps;
  return absl::OkStatus();
}

absl::Status Retention::DeleteByAge(absl::Time cutoff) {
  EYRIE_RETURN_IF_ERROR(
      DeleteDetections(OlderThan(cutoff), UINT64_MAX).status());
  return DeleteIncidentsAndGaps(cutoff, &Retention::DeleteOldIncident);
}

absl::Status Retention::DeleteBySize() {
  if (ApproximateBytes(*database_) <= limits_.max_bytes) {
    return absl::OkStatus();
  }
  // Memtables take more memory than their content will take on disk.
  EYRIE_RETURN_IF_ERROR(Compact());
  for (int round = 0; round < kMaxSizeRounds; ++round) {
    const uint64_t bytes = ApproximateBytes(*database_);
    if (bytes <= limits_.max_bytes) break;
    const double excess = 1 - kTarget * static_cast<double>(limits_.max_bytes) /
                                  static_cast<double>(bytes);
    const auto count = static_cast<uint64_t>(
        std::ceil(excess * static_cast<double>(EstimatedDetections())));
    const Store::RetentionResult before = result_;
    EYRIE_ASSIGN_OR_RETURN(const absl::Time newest,
                           DeleteDetections("", count));
    EYRIE_RETURN_IF_ERROR(
        DeleteIncidentsAndGaps(newest, &Retention::DeleteIncidentForSize));
    if (result_.detections == before.detections &&
        result_.incidents == before.incidents) {
      break;
    }
    EYRIE_RETURN_IF_ERROR(Compact());
  }
  return absl::OkStatus();
}

uint64_t Retention::EstimatedDetections() const {
  uint64_t detections = 0;
  database_->db()->GetIntProperty(database_->family(Family::kDetections),
                                  rocksdb::DB::Properties::kEstimateNumKeys,
                                  &detections);
  return detections;
}

absl::Status Retention::DeleteAcks() {
  const absl::Time cutoff = now_ - limits_.max_ack_age;
  // Few: one a start of a collector in a month.
  absl::MutexLock lock(&database_->write_mutex());
  rocksdb::ColumnFamilyHandle* const family = database_->family(Family::kAcks);
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db()->NewIterator(rocksdb::ReadOptions(), family));
  rocksdb::WriteBatch batch;
  uint64_t deleted = 0;
  for (iterator->SeekToFirst(); iterator->Valid() && deleted < limits_.step;
       iterator->Next()) {
    const absl::StatusOr<keys::AckValue> value =
        keys::DecodeAckValue(ToView(iterator->value()));
    if (value.ok() && value->update_time >= cutoff) continue;
    EYRIE_RETURN_IF_ERROR(FromRocksDb(batch.Delete(family, iterator->key()),
                                      "deleting ack state"));
    ++deleted;
  }
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(iterator->status(), "looking for old ack state"));
  EYRIE_RETURN_IF_ERROR(Write(batch));
  stats_->expired_acks += deleted;
  return absl::OkStatus();
}

absl::Status Retention::Write(rocksdb::WriteBatch& batch) {
  // Not synced: what a power failure brings back is deleted the next time.
  return FromRocksDb(database_->db()->Write(rocksdb::WriteOptions(), &batch),
                     "deleting what is too old");
}

absl::Status Retention::Compact() {
  rocksdb::CompactRangeOptions options;
  // Other compactions, which commits may wait for, go on meanwhile.
  options.exclusive_manual_compaction = false;
  for (const Family family :
       {Family::kDetections, Family::kDetectionIndex, Family::kIncidents,
        Family::kIncidentIndex, Family::kLiveFingerprints, Family::kGaps}) {
    EYRIE_RETURN_IF_ERROR(
        FromRocksDb(database_->db()->CompactRange(
                        options, database_->family(family), nullptr, nullptr),
                    "compacting"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Store::RetentionResult> DeleteExpired(
    Database* database, StoreStats& stats, absl::Time now,
    const RetentionLimits& limits) {
  return Retention(database, &stats, now, limits).Run();
}

uint64_t ApproximateBytes(const Database& database) {
  uint64_t total = 0;
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    for (const std::string* property :
         {&rocksdb::DB::Properties::kLiveSstFilesSize,
          &rocksdb::DB::Properties::kCurSizeAllMemTables}) {
      uint64_t bytes = 0;
      database.db()->GetIntProperty(database.family(static_cast<Family>(i)),
                                    *property, &bytes);
      total += bytes;
    }
  }
  return total;
}

}  // namespace eyrie::server

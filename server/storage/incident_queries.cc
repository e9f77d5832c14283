// SPDX-License-Identifier: Apache-2.0

#include "server/storage/incident_queries.h"

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/proto_time.h"
#include "common/status_macros.h"
#include "server/incidents/incident_filter.h"
#include "server/storage/index_cursor.h"
#include "server/storage/keys.h"
#include "server/storage/page_scan.h"
#include "server/storage/posting_lists.h"

namespace eyrie::server {
namespace {

// Candidates that an ambiguous prefix names.
constexpr size_t kMaxCandidates = 5;

// States of incidents that one listing of detections remembers.
constexpr size_t kMaxRememberedStates = 4096;

absl::StatusOr<v1::Incident> ParseIncident(absl::string_view id,
                                           absl::string_view value) {
  v1::Incident incident;
  if (!incident.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return absl::DataLossError(
        absl::StrCat("incident ", id, " is damaged in the store"));
  }
  return incident;
}

absl::Time TimeOf(const v1::Incident& incident) {
  return FromProtoTime(incident.last_seen());
}
absl::Time TimeOf(const v1::Detection& detection) {
  return FromProtoTime(detection.time());
}

// The item that `position` points to. Nothing, and counted, if it cannot be
// decoded or the entry is not one of the item: one bad value must not hide all
// the others.
template <typename T>
absl::StatusOr<std::optional<T>> ReadItem(const Database& database,
                                          Family family, StoreStats& stats,
                                          absl::string_view position,
                                          const rocksdb::Snapshot* snapshot) {
  const absl::StatusOr<keys::PositionParts> parts =
      keys::DecodePosition(position);
  T item;
  if (parts.ok()) {
    EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                           database.Get(family, parts->id, snapshot));
    if (value.has_value() && item.ParseFromString(*value) &&
        keys::Position(TimeOf(item), parts->id) == position) {
      return item;
    }
  }
  stats.undecodable_values.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

// Looks up states of incidents.
class IncidentStates {
 public:
  IncidentStates(const Database* database, const rocksdb::Snapshot* snapshot)
      : database_(database), snapshot_(snapshot) {}

  // STATE_UNSPECIFIED if there is no such incident.
  absl::StatusOr<v1::Incident::State> StateOf(const std::string& id) {
    const auto known = states_.find(id);
    if (known != states_.end()) return known->second;
    EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                           database_->Get(Family::kIncidents, id, snapshot_));
    v1::Incident incident;
    const bool is_good = value.has_value() && incident.ParseFromString(*value);
    const v1::Incident::State state =
        is_good ? incident.state() : v1::Incident::STATE_UNSPECIFIED;
    if (states_.size() == kMaxRememberedStates) states_.clear();
    states_[id] = state;
    return state;
  }

 private:
  const Database* const database_;
  const rocksdb::Snapshot* const snapshot_;
  absl::flat_hash_map<std::string, v1::Incident::State> states_;
};

// Positions whose time is before `since` begin here.
std::string EndOf(const v1::IncidentFilter& filter) {
  if (!filter.has_since()) return "";
  return keys::FirstPosition(FromProtoTime(filter.since()) -
                             absl::Nanoseconds(1));
}

absl::Status CheckPrefix(absl::string_view prefix) {
  if (prefix.size() < kMinIdPrefix) {
    return absl::InvalidArgumentError(absl::StrCat(
        "incident id \"", prefix, "\" is too short: give at least ",
        kMinIdPrefix, " digits"));
  }
  for (const char c : prefix) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError(absl::StrCat(
          "incident id \"", prefix, "\" is not made of hex digits"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Incident> GetIncident(const Database& database,
                                         absl::string_view id_or_prefix) {
  EYRIE_RETURN_IF_ERROR(CheckPrefix(id_or_prefix));
  const std::string prefix = absl::AsciiStrToLower(id_or_prefix);
  const std::unique_ptr<rocksdb::Iterator> iterator(database.db()->NewIterator(
      rocksdb::ReadOptions(), database.family(Family::kIncidents)));
  std::vector<std::string> ids;
  std::string value;
  for (iterator->Seek(prefix);
       iterator->Valid() && iterator->key().starts_with(prefix) &&
       ids.size() <= kMaxCandidates;
       iterator->Next()) {
    ids.push_back(iterator->key().ToString());
    if (ids.size() == 1) value = iterator->value().ToString();
  }
  EYRIE_RETURN_IF_ERROR(FromRocksDb(iterator->status(), "reading incidents"));
  if (ids.empty()) {
    return absl::NotFoundError(
        absl::StrCat("there is no incident whose id starts with ", prefix));
  }
  if (ids.size() == 1) return ParseIncident(ids[0], value);
  const bool has_more = ids.size() > kMaxCandidates;
  if (has_more) ids.resize(kMaxCandidates);
  return absl::InvalidArgumentError(
      absl::StrCat("incident id ", prefix, " is not unique: it may be ",
                   absl::StrJoin(ids, ", "), has_more ? ", or others" : ""));
}

absl::StatusOr<std::optional<v1::Incident>> FindLiveIncident(
    const Database& database, absl::string_view fingerprint) {
  rocksdb::ManagedSnapshot snapshot(database.db());
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> id,
                         database.Get(Family::kLiveFingerprints, fingerprint,
                                      snapshot.snapshot()));
  if (!id.has_value()) return std::nullopt;
  EYRIE_ASSIGN_OR_RETURN(
      const std::optional<std::string> value,
      database.Get(Family::kIncidents, *id, snapshot.snapshot()));
  if (!value.has_value()) {
    return absl::DataLossError(absl::StrCat("fingerprint ", fingerprint,
                                            " names incident ", *id,
                                            ", which is not in the store"));
  }
  EYRIE_ASSIGN_OR_RETURN(v1::Incident incident, ParseIncident(*id, *value));
  return incident;
}

absl::StatusOr<Page<v1::Incident>> ListIncidents(
    const Database& database, StoreStats& stats,
    const v1::IncidentFilter& filter, int page_size,
    absl::string_view page_token) {
  EYRIE_RETURN_IF_ERROR(CheckPageSize(page_size));
  EYRIE_RETURN_IF_ERROR(CheckFilter(filter));
  PageScan scan;
  scan.query = absl::StrCat("incidents ", filter.SerializeAsString());
  EYRIE_ASSIGN_OR_RETURN(
      scan.begin, PageBegin(scan.query, page_token,
                            keys::FirstPosition(absl::InfiniteFuture())));
  scan.end = EndOf(filter);
  scan.page_size = page_size;
  scan.max_scanned = kMaxScannedEntries;

  rocksdb::ManagedSnapshot snapshot(database.db());
  IndexCursor cursor(
      &database, Family::kIncidentIndex,
      ChoosePostingLists(database, Family::kIncidentIndex, filter, "",
                         scan.begin, scan.end, snapshot.snapshot()),
      snapshot.snapshot());
  using Item = std::optional<v1::Incident>;
  return ReadPage<v1::Incident>(
      cursor, scan, stats,
      [&](absl::string_view position) -> absl::StatusOr<Item> {
        EYRIE_ASSIGN_OR_RETURN(
            Item item,
            ReadItem<v1::Incident>(database, Family::kIncidents, stats,
                                   position, snapshot.snapshot()));
        if (item.has_value() && !MatchesFilter(*item, filter)) item.reset();
        return item;
      });
}

absl::StatusOr<Page<v1::Detection>> ListDetections(
    const Database& database, StoreStats& stats,
    const v1::IncidentFilter& filter, absl::string_view incident_id,
    int page_size, absl::string_view page_token) {
  EYRIE_RETURN_IF_ERROR(CheckPageSize(page_size));
  EYRIE_RETURN_IF_ERROR(CheckFilter(filter));
  if (!incident_id.empty() && !keys::IsId(incident_id)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "incident id \"", incident_id, "\" is not 32 lower-case hex digits"));
  }
  PageScan scan;
  scan.query =
      absl::StrCat("detections ", incident_id, " ", filter.SerializeAsString());
  const absl::Time newest =
      filter.has_until() ? FromProtoTime(filter.until()) - absl::Nanoseconds(1)
                         : absl::InfiniteFuture();
  EYRIE_ASSIGN_OR_RETURN(scan.begin, PageBegin(scan.query, page_token,
                                               keys::FirstPosition(newest)));
  scan.end = EndOf(filter);
  scan.page_size = page_size;
  scan.max_scanned = kMaxScannedEntries;

  rocksdb::ManagedSnapshot snapshot(database.db());
  IndexCursor cursor(
      &database, Family::kDetectionIndex,
      ChoosePostingLists(database, Family::kDetectionIndex, filter, incident_id,
                         scan.begin, scan.end, snapshot.snapshot()),
      snapshot.snapshot());
  IncidentStates states(&database, snapshot.snapshot());
  using Item = std::optional<v1::Detection>;
  return ReadPage<v1::Detection>(
      cursor, scan, stats,
      [&](absl::string_view position) -> absl::StatusOr<Item> {
        EYRIE_ASSIGN_OR_RETURN(
            Item item,
            ReadItem<v1::Detection>(database, Family::kDetections, stats,
                                    position, snapshot.snapshot()));
        if (!item.has_value() || !MatchesFilter(*item, filter))
          return std::nullopt;
        if (!incident_id.empty() && item->incident_id() != incident_id) {
          return std::nullopt;
        }
        if (filter.states().empty()) return item;
        EYRIE_ASSIGN_OR_RETURN(const v1::Incident::State state,
                               states.StateOf(item->incident_id()));
        if (!MatchesState(filter, state)) item.reset();
        return item;
      });
}

}  // namespace eyrie::server

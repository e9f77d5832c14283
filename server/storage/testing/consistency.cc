// SPDX-License-Identifier: Apache-2.0

#include "server/storage/testing/consistency.h"

#include <rocksdb/db.h>

#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/proto_time.h"
#include "common/status_macros.h"
#include "server/storage/database.h"
#include "server/storage/index_entries.h"
#include "server/storage/keys.h"

namespace eyrie::server::testing {
namespace {

using keys::Index;

// An index entry: kind, string value, byte value, time, id.
using Entry = std::tuple<char, std::string, int, absl::Time, std::string>;
using Entries = std::set<Entry>;

absl::Status Wrong(absl::string_view what, absl::string_view which) {
  return absl::InternalError(absl::StrCat(what, ": ", which));
}

// Calls `use(key, value)` for each pair of `family`, until it fails.
template <typename Use>
absl::Status ForEach(const Database& database, Family family, Use use) {
  const std::unique_ptr<rocksdb::Iterator> iterator(database.db()->NewIterator(
      rocksdb::ReadOptions(), database.family(family)));
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    EYRIE_RETURN_IF_ERROR(
        use(ToView(iterator->key()), ToView(iterator->value())));
  }
  return FromRocksDb(iterator->status(), "reading all");
}

template <typename T>
absl::Status ReadAll(const Database& database, Family family,
                     absl::flat_hash_map<std::string, T>& items) {
  return ForEach(database, family,
                 [&items](absl::string_view key, absl::string_view value) {
                   T item;
                   if (!item.ParseFromArray(value.data(),
                                            static_cast<int>(value.size()))) {
                     return Wrong("not decodable", key);
                   }
                   if (item.id() != key) return Wrong("wrong id", key);
                   items[std::string(key)] = std::move(item);
                   return absl::OkStatus();
                 });
}

template <typename T>
Entries CommonEntries(const T& item, absl::Time time) {
  const std::string& id = item.id();
  Entries entries = {
      {'t', "", 0, time, id},
      {'r', item.rule(), 0, time, id},
      {'p', "", item.priority(), time, id},
      {'n', item.node(), 0, time, id},
      {'c', item.container_id(), 0, time, id},
  };
  const std::pair<char, std::string> workload[] = {
      {'k', item.workload().namespace_()},
      {'w', item.workload().name()},
      {'m', item.workload().image()},
  };
  for (const auto& [kind, value] : workload) {
    if (value.empty()) continue;
    entries.insert({kind, value.substr(0, kMaxIndexedBytes), 0, time, id});
  }
  return entries;
}

Entries LabelEntries(const v1::Incident& incident, absl::Time time) {
  std::set<std::string> labels;
  for (const auto& [key, value] : incident.workload().labels()) {
    labels.insert(absl::StrCat(key, "=", value));
  }
  Entries entries;
  size_t listed = 0;
  for (const std::string& label : labels) {
    const bool is_listed =
        label.size() <= kMaxIndexedBytes && listed < kMaxIndexedLabels;
    listed += is_listed ? 1 : 0;
    entries.insert({'l', is_listed ? label : std::string(kOtherLabels), 0, time,
                    incident.id()});
  }
  return entries;
}

absl::Status CompareIndex(const Database& database, Family family,
                          Entries expected) {
  EYRIE_RETURN_IF_ERROR(ForEach(
      database, family,
      [&expected](absl::string_view key, absl::string_view value) {
        EYRIE_ASSIGN_OR_RETURN(const keys::IndexKey parts,
                               keys::DecodeIndexKey(key));
        if (!value.empty()) {
          return Wrong("value in an index", absl::BytesToHexString(key));
        }
        const Entry entry(static_cast<char>(parts.index), parts.value,
                          parts.byte, parts.time, parts.id);
        if (expected.erase(entry) == 0) {
          return Wrong("index entry without a value",
                       absl::CHexEscape(std::string(key)));
        }
        return absl::OkStatus();
      }));
  if (expected.empty()) return absl::OkStatus();
  return Wrong(absl::StrCat("missing index entry of kind ",
                            std::string(1, std::get<0>(*expected.begin()))),
               std::get<4>(*expected.begin()));
}

absl::Status CheckIncidents(const Database& database,
                            const StoreContent& content) {
  Entries entries;
  for (const auto& [id, incident] : content.incidents) {
    const absl::Time time = FromProtoTime(incident.last_seen());
    entries.merge(CommonEntries(incident, time));
    entries.merge(LabelEntries(incident, time));
    entries.insert({'s', "", incident.state(), time, id});
    for (const std::string& tag : incident.tags()) {
      entries.insert({'g', tag, 0, time, id});
    }
  }
  return CompareIndex(database, Family::kIncidentIndex, std::move(entries));
}

absl::Status CheckDetections(const Database& database,
                             const StoreContent& content) {
  Entries entries;
  for (const auto& [id, detection] : content.detections) {
    const absl::Time time = FromProtoTime(detection.time());
    entries.merge(CommonEntries(detection, time));
    entries.insert({'i', detection.incident_id(), 0, time, id});
  }
  return CompareIndex(database, Family::kDetectionIndex, std::move(entries));
}

absl::Status CheckFingerprints(const Database& database,
                               const StoreContent& content) {
  absl::flat_hash_map<std::string, std::string> expected;
  for (const auto& [id, incident] : content.incidents) {
    if (incident.state() == v1::Incident::RESOLVED) continue;
    if (!expected.try_emplace(incident.fingerprint(), id).second) {
      return Wrong("two live incidents of a fingerprint", id);
    }
  }
  EYRIE_RETURN_IF_ERROR(
      ForEach(database, Family::kLiveFingerprints,
              [&expected](absl::string_view key, absl::string_view value) {
                const auto found = expected.find(key);
                if (found == expected.end() || found->second != value) {
                  return Wrong("fingerprint of no live incident", key);
                }
                expected.erase(found);
                return absl::OkStatus();
              }));
  if (expected.empty()) return absl::OkStatus();
  return Wrong("live incident without its fingerprint",
               expected.begin()->second);
}

absl::Status CheckGaps(const Database& database, StoreContent& content) {
  std::set<std::string> entries;
  EYRIE_RETURN_IF_ERROR(ForEach(
      database, Family::kGaps,
      [&](absl::string_view key, absl::string_view value) {
        if (key[0] != 'v') {
          entries.insert(std::string(key));
          return absl::OkStatus();
        }
        v1::CoverageGap& gap = content.gaps[std::string(key)];
        if (!gap.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          return Wrong("not decodable", absl::BytesToHexString(key));
        }
        return absl::OkStatus();
      }));
  for (const auto& [key, gap] : content.gaps) {
    std::string position;
    keys::AppendNewestFirst(FromProtoTime(gap.last_seen()), &position);
    position += key.substr(1);
    std::string node;
    keys::AppendString(gap.node(), &node);
    for (const std::string& entry :
         {absl::StrCat("t", position), absl::StrCat("n", node, position)}) {
      if (entries.erase(entry) == 0) {
        return Wrong("missing index entry of a gap",
                     absl::BytesToHexString(key));
      }
    }
  }
  if (entries.empty()) return absl::OkStatus();
  return Wrong("index entry without a gap",
               absl::BytesToHexString(*entries.begin()));
}

absl::Status ReadAcks(const Database& database, StoreContent& content) {
  return ForEach(database, Family::kAcks,
                 [&content](absl::string_view key,
                            absl::string_view value) -> absl::Status {
                   EYRIE_ASSIGN_OR_RETURN(const keys::AckKey run,
                                          keys::DecodeAck(key));
                   EYRIE_ASSIGN_OR_RETURN(const keys::AckValue ack,
                                          keys::DecodeAckValue(value));
                   content.acks[{run.node, run.run_id}] = ack.sequence;
                   return absl::OkStatus();
                 });
}

}  // namespace

absl::StatusOr<StoreContent> CheckConsistency(const std::string& directory) {
  EYRIE_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                         Database::OpenReadOnly(directory));
  StoreContent content;
  EYRIE_RETURN_IF_ERROR(
      ReadAll(*database, Family::kIncidents, content.incidents));
  EYRIE_RETURN_IF_ERROR(
      ReadAll(*database, Family::kDetections, content.detections));
  EYRIE_RETURN_IF_ERROR(CheckIncidents(*database, content));
  EYRIE_RETURN_IF_ERROR(CheckDetections(*database, content));
  EYRIE_RETURN_IF_ERROR(CheckFingerprints(*database, content));
  EYRIE_RETURN_IF_ERROR(CheckGaps(*database, content));
  EYRIE_RETURN_IF_ERROR(ReadAcks(*database, content));
  return content;
}

}  // namespace eyrie::server::testing

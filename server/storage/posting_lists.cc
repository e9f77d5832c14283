// SPDX-License-Identifier: Apache-2.0

#include "server/storage/posting_lists.h"

#include <optional>
#include <set>
#include <utility>

#include "server/incidents/incident_filter.h"
#include "server/storage/index_cursor.h"
#include "server/storage/index_entries.h"
#include "server/storage/keys.h"

namespace eyrie::server {
namespace {

using Lists = std::vector<std::string>;

// Entries up to which candidates are compared. Reading this many takes less
// than the reads of one page; beyond it, one index is as good as another.
constexpr size_t kMaxCounted = 256;

// Length of a short container id: longer ones are indexed by their beginning.
constexpr size_t kShortContainerId = 12;

// The lists of all strings in `index` that begin with `prefix` and that
// `matches` holds for; nothing if there are too many.
template <typename Matches>
std::optional<Lists> ListsFor(const Database& database, Family family,
                              keys::Index index, absl::string_view prefix,
                              const rocksdb::Snapshot* snapshot,
                              Matches matches) {
  const std::string begin = keys::StringLists(index, prefix);
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database.db()->NewIterator(options, database.family(family)));
  Lists lists;
  iterator->Seek(begin);
  for (size_t strings = 0;
       iterator->Valid() && iterator->key().starts_with(begin); ++strings) {
    if (strings == kMaxMergedLists) return std::nullopt;
    const absl::StatusOr<keys::IndexKey> key =
        keys::DecodeIndexKey(ToView(iterator->key()));
    if (!key.ok()) return std::nullopt;
    const std::string list = keys::StringList(index, key->value);
    if (matches(key->value)) lists.push_back(list);
    iterator->Seek(keys::PrefixEnd(list));
  }
  if (!iterator->status().ok()) return std::nullopt;
  return lists;
}

std::optional<Lists> ContainerLists(const Database& database, Family family,
                                    const std::string& wanted,
                                    const rocksdb::Snapshot* snapshot) {
  return ListsFor(
      database, family, keys::Index::kContainer,
      absl::string_view(wanted).substr(0, kShortContainerId), snapshot,
      [&](absl::string_view id) { return MatchesContainer(wanted, id); });
}

std::optional<Lists> ImageLists(const Database& database, Family family,
                                absl::string_view wanted,
                                const rocksdb::Snapshot* snapshot) {
  return ListsFor(database, family, keys::Index::kImage, IndexedPart(wanted),
                  snapshot, [](absl::string_view) { return true; });
}

// Entries in `lists` from `begin` to before `end` (empty: to the last), at most
// kMaxCounted.
size_t Count(const Database& database, Family family, const Lists& lists,
             absl::string_view begin, absl::string_view end,
             const rocksdb::Snapshot* snapshot) {
  IndexCursor cursor(&database, family, lists, snapshot);
  size_t count = 0;
  for (cursor.Seek(begin); cursor.valid() && count < kMaxCounted;
       cursor.Next()) {
    if (!end.empty() && cursor.position() >= end) break;
    ++count;
  }
  return cursor.status().ok() ? count : kMaxCounted;
}

Lists StateLists(const v1::IncidentFilter& filter) {
  const std::set<int> states(filter.states().begin(), filter.states().end());
  Lists lists;
  for (const int state : states) {
    lists.push_back(
        keys::ByteList(keys::Index::kState, static_cast<uint8_t>(state)));
  }
  return lists;
}

Lists PriorityLists(const v1::IncidentFilter& filter) {
  Lists lists;
  for (int priority = 0; priority <= filter.min_priority(); ++priority) {
    lists.push_back(
        keys::ByteList(keys::Index::kPriority, static_cast<uint8_t>(priority)));
  }
  return lists;
}

// Candidates for the conditions on a workload. Nothing that was stored before
// workloads were has one, and so none is missing from their lists.
void AppendWorkloadLists(const Database& database, Family family,
                         const v1::IncidentFilter& filter,
                         const rocksdb::Snapshot* snapshot,
                         std::vector<Lists>& candidates) {
  // Detections have no index of labels, as of tags.
  for (const std::string& label : filter.labels()) {
    if (family != Family::kIncidentIndex) break;
    Lists lists = {keys::StringList(keys::Index::kLabel, kOtherLabels)};
    if (label.size() <= kMaxIndexedBytes) {
      lists.push_back(keys::StringList(keys::Index::kLabel, label));
    }
    candidates.push_back(std::move(lists));
  }
  if (!filter.workload().empty()) {
    candidates.push_back({keys::StringList(
        keys::Index::kWorkload, IndexedPart(WorkloadName(filter.workload())))});
  }
  if (!filter.image().empty()) {
    std::optional<Lists> lists =
        ImageLists(database, family, filter.image(), snapshot);
    if (lists.has_value()) candidates.push_back(*std::move(lists));
  }
  if (!filter.namespace_().empty()) {
    candidates.push_back({keys::StringList(keys::Index::kNamespace,
                                           IndexedPart(filter.namespace_()))});
  }
}

// One candidate for each condition; the one that is usually the most selective
// comes first.
std::vector<Lists> Candidates(const Database& database, Family family,
                              const v1::IncidentFilter& filter,
                              absl::string_view incident_id,
                              const rocksdb::Snapshot* snapshot) {
  std::vector<Lists> candidates;
  if (!incident_id.empty()) {
    candidates.push_back({keys::IncidentList(incident_id)});
  }
  if (!filter.container_id().empty()) {
    std::optional<Lists> lists =
        ContainerLists(database, family, filter.container_id(), snapshot);
    if (lists.has_value()) candidates.push_back(*std::move(lists));
  }
  AppendWorkloadLists(database, family, filter, snapshot, candidates);
  if (!filter.rule().empty()) {
    candidates.push_back({keys::StringList(keys::Index::kRule, filter.rule())});
  }
  // Detections have no index of tags: it would double their index entries.
  if (!filter.tag().empty() && family == Family::kIncidentIndex) {
    candidates.push_back({keys::StringList(keys::Index::kTag, filter.tag())});
  }
  if (!filter.node().empty()) {
    candidates.push_back({keys::StringList(keys::Index::kNode, filter.node())});
  }
  if (filter.states_size() > 0 && family == Family::kIncidentIndex) {
    candidates.push_back(StateLists(filter));
  }
  if (filter.min_priority() != v1::PRIORITY_UNSPECIFIED) {
    candidates.push_back(PriorityLists(filter));
  }
  candidates.push_back({keys::TimeList()});
  return candidates;
}

}  // namespace

std::vector<std::string> ChoosePostingLists(
    const Database& database, Family family, const v1::IncidentFilter& filter,
    absl::string_view incident_id, absl::string_view begin,
    absl::string_view end, const rocksdb::Snapshot* snapshot) {
  std::vector<Lists> candidates =
      Candidates(database, family, filter, incident_id, snapshot);
  size_t best = 0;
  size_t best_count = kMaxCounted + 1;
  for (size_t i = 0; i < candidates.size() && candidates.size() > 1; ++i) {
    const size_t count =
        Count(database, family, candidates[i], begin, end, snapshot);
    if (count < best_count) {
      best = i;
      best_count = count;
    }
    // Nothing matches: no other index can be better.
    if (count == 0) break;
  }
  return std::move(candidates[best]);
}

}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0

#include "server/storage/index_entries.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/proto_time.h"

namespace eyrie::server {

using keys::Index;

namespace {

// The lists of a workload that are not empty: what runs outside of Kubernetes
// has no namespace.
void AppendWorkload(const v1::Workload& workload, absl::string_view position,
                    std::vector<std::string>* entries) {
  const std::pair<Index, absl::string_view> values[] = {
      {Index::kNamespace, workload.namespace_()},
      {Index::kWorkload, workload.name()},
      {Index::kImage, workload.image()},
  };
  for (const auto& [index, value] : values) {
    if (value.empty()) continue;
    entries->push_back(
        absl::StrCat(keys::StringList(index, IndexedPart(value)), position));
  }
}

// The first labels by key, and one list for all that is not listed.
void AppendLabels(const v1::Workload& workload, absl::string_view position,
                  std::vector<std::string>* entries) {
  std::vector<std::string> labels;
  for (const auto& [key, value] : workload.labels()) {
    labels.push_back(absl::StrCat(key, "=", value));
  }
  std::sort(labels.begin(), labels.end());
  size_t listed = 0;
  bool has_others = false;
  for (const std::string& label : labels) {
    if (listed == kMaxIndexedLabels || label.size() > kMaxIndexedBytes) {
      has_others = true;
      continue;
    }
    ++listed;
    entries->push_back(
        absl::StrCat(keys::StringList(Index::kLabel, label), position));
  }
  if (!has_others) return;
  entries->push_back(
      absl::StrCat(keys::StringList(Index::kLabel, kOtherLabels), position));
}

}  // namespace

absl::string_view IndexedPart(absl::string_view value) {
  return value.substr(0, kMaxIndexedBytes);
}

std::vector<std::string> IndexEntries(const v1::Incident& incident) {
  const std::string position =
      keys::Position(FromProtoTime(incident.last_seen()), incident.id());
  std::vector<std::string> entries = {
      absl::StrCat(keys::TimeList(), position),
      absl::StrCat(keys::StringList(Index::kRule, incident.rule()), position),
      absl::StrCat(keys::ByteList(Index::kPriority,
                                  static_cast<uint8_t>(incident.priority())),
                   position),
      absl::StrCat(keys::StringList(Index::kNode, incident.node()), position),
      absl::StrCat(keys::StringList(Index::kContainer, incident.container_id()),
                   position),
      absl::StrCat(
          keys::ByteList(Index::kState, static_cast<uint8_t>(incident.state())),
          position),
  };
  for (const std::string& tag : incident.tags()) {
    entries.push_back(
        absl::StrCat(keys::StringList(Index::kTag, tag), position));
  }
  if (incident.has_workload()) {
    AppendWorkload(incident.workload(), position, &entries);
    AppendLabels(incident.workload(), position, &entries);
  }
  // A rule may name a tag twice.
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

std::vector<std::string> IndexEntries(const v1::Detection& detection) {
  const std::string position =
      keys::Position(FromProtoTime(detection.time()), detection.id());
  std::vector<std::string> entries = {
      absl::StrCat(keys::TimeList(), position),
      absl::StrCat(keys::StringList(Index::kRule, detection.rule()), position),
      absl::StrCat(keys::ByteList(Index::kPriority,
                                  static_cast<uint8_t>(detection.priority())),
                   position),
      absl::StrCat(keys::StringList(Index::kNode, detection.node()), position),
      absl::StrCat(
          keys::StringList(Index::kContainer, detection.container_id()),
          position),
      absl::StrCat(keys::IncidentList(detection.incident_id()), position),
  };
  if (detection.has_workload()) {
    AppendWorkload(detection.workload(), position, &entries);
  }
  return entries;
}

std::vector<std::string> IndexEntries(const v1::CoverageGap& gap) {
  const std::string position =
      keys::GapPosition(FromProtoTime(gap.last_seen()), GapIdOf(gap));
  return {
      absl::StrCat(keys::GapTimeList(), position),
      absl::StrCat(keys::GapNodeList(gap.node()), position),
  };
}

keys::GapId GapIdOf(const v1::CoverageGap& gap) {
  return {gap.node(), gap.run_id(), FromProtoTime(gap.first_seen())};
}

}  // namespace eyrie::server

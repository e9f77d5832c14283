// SPDX-License-Identifier: Apache-2.0

#include "server/storage/index_entries.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/proto_time.h"

namespace eyrie::server {

using keys::Index;

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
  // A rule may name a tag twice.
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

std::vector<std::string> IndexEntries(const v1::Detection& detection) {
  const std::string position =
      keys::Position(FromProtoTime(detection.time()), detection.id());
  return {
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

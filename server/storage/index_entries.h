// SPDX-License-Identifier: Apache-2.0
//
// Which index entries an incident, a detection or a gap has.

#ifndef EYRIE_SERVER_STORAGE_INDEX_ENTRIES_H_
#define EYRIE_SERVER_STORAGE_INDEX_ENTRIES_H_

#include <string>
#include <vector>

#include "eyrie/v1/incident.pb.h"

#include "server/storage/keys.h"

namespace eyrie::server {

// Keys in `incident_index`, without repetition.
std::vector<std::string> IndexEntries(const v1::Incident& incident);

// Keys in `detection_index`; the first is the one by time.
std::vector<std::string> IndexEntries(const v1::Detection& detection);

// Keys in `gaps` beside the gap's own.
std::vector<std::string> IndexEntries(const v1::CoverageGap& gap);

keys::GapId GapIdOf(const v1::CoverageGap& gap);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_INDEX_ENTRIES_H_

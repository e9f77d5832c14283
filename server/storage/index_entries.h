// SPDX-License-Identifier: Apache-2.0
//
// Which index entries an incident, a detection or a gap has.

#ifndef EYRIE_SERVER_STORAGE_INDEX_ENTRIES_H_
#define EYRIE_SERVER_STORAGE_INDEX_ENTRIES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "eyrie/v1/incident.pb.h"

#include "server/storage/keys.h"

namespace eyrie::server {

// Labels of an incident that have lists of their own, the first by key. Pods
// have about five; each is written anew with every detection.
inline constexpr size_t kMaxIndexedLabels = 16;
// Bytes of a label, or of the beginning of another part of a workload, that are
// indexed. Kubernetes allows a label 380.
inline constexpr size_t kMaxIndexedBytes = 512;
// The list of incidents with labels that have no list: no label is empty.
inline constexpr absl::string_view kOtherLabels = "";

// What stands in an index for the name or the image of a workload.
absl::string_view IndexedPart(absl::string_view value);

// Keys in `incident_index`, without repetition.
std::vector<std::string> IndexEntries(const v1::Incident& incident);

// Keys in `detection_index`; the first is the one by time.
std::vector<std::string> IndexEntries(const v1::Detection& detection);

// Keys in `gaps` beside the gap's own.
std::vector<std::string> IndexEntries(const v1::CoverageGap& gap);

keys::GapId GapIdOf(const v1::CoverageGap& gap);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_INDEX_ENTRIES_H_

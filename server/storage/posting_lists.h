// SPDX-License-Identifier: Apache-2.0
//
// Chooses the index that answers a filter with the fewest reads.

#ifndef EYRIE_SERVER_STORAGE_POSTING_LISTS_H_
#define EYRIE_SERVER_STORAGE_POSTING_LISTS_H_

#include <rocksdb/db.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "eyrie/v1/incident_service.pb.h"

#include "server/storage/database.h"

namespace eyrie::server {

// Most containers or images whose lists are merged. A prefix of more of them is
// answered by another index.
inline constexpr size_t kMaxMergedLists = 16;

// Lists that together hold every item that can match `filter`, and perhaps
// others.
//
// Of the conditions that have an index in `family` (kIncidentIndex or
// kDetectionIndex) it takes the one with the fewest entries from `begin` to
// before `end` (positions; an empty `end` means the last). It counts them, up
// to a limit, instead of guessing.
std::vector<std::string> ChoosePostingLists(
    const Database& database, Family family, const v1::IncidentFilter& filter,
    absl::string_view incident_id, absl::string_view begin,
    absl::string_view end, const rocksdb::Snapshot* snapshot);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_POSTING_LISTS_H_

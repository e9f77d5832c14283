// SPDX-License-Identifier: Apache-2.0
//
// Lists coverage gaps.

#ifndef EYRIE_SERVER_STORAGE_GAP_QUERIES_H_
#define EYRIE_SERVER_STORAGE_GAP_QUERIES_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident.pb.h"

#include "server/storage/database.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"

namespace eyrie::server {

// As Store::ListCoverageGaps: gaps that ended at or after `since`, of all nodes
// if `node` is empty, the one that ended last first.
absl::StatusOr<Page<v1::CoverageGap>> ListCoverageGaps(
    const Database& database, StoreStats& stats, absl::Time since,
    absl::string_view node, int page_size, absl::string_view page_token);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_GAP_QUERIES_H_

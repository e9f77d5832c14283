// SPDX-License-Identifier: Apache-2.0

#include "server/storage/gap_queries.h"

#include <rocksdb/db.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "server/storage/index_cursor.h"
#include "server/storage/keys.h"
#include "server/storage/page_scan.h"

namespace eyrie::server {
namespace {

// Every entry read is an item, but for damaged ones.
constexpr size_t kMaxScannedGaps = 20'000;

absl::StatusOr<std::optional<v1::CoverageGap>> ReadGap(
    const Database& database, StoreStats& stats, absl::string_view position,
    const rocksdb::Snapshot* snapshot) {
  const absl::StatusOr<keys::GapPositionParts> parts =
      keys::DecodeGapPosition(position);
  v1::CoverageGap gap;
  if (parts.ok()) {
    EYRIE_ASSIGN_OR_RETURN(
        const std::optional<std::string> value,
        database.Get(Family::kGaps, keys::Gap(parts->id), snapshot));
    if (value.has_value() && gap.ParseFromString(*value)) return gap;
  }
  stats.undecodable_values.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Page<v1::CoverageGap>> ListCoverageGaps(
    const Database& database, StoreStats& stats, absl::Time since,
    absl::string_view node, int page_size, absl::string_view page_token) {
  EYRIE_RETURN_IF_ERROR(CheckPageSize(page_size));
  PageScan scan;
  // FirstPosition(since) says what `since` is to the nanosecond.
  scan.query = absl::StrCat("gaps ", keys::FirstPosition(since), " ", node);
  EYRIE_ASSIGN_OR_RETURN(
      scan.begin, PageBegin(scan.query, page_token,
                            keys::FirstPosition(absl::InfiniteFuture())));
  if (since > absl::InfinitePast()) {
    scan.end = keys::FirstPosition(since - absl::Nanoseconds(1));
  }
  scan.page_size = page_size;
  scan.max_scanned = kMaxScannedGaps;
  rocksdb::ManagedSnapshot snapshot(database.db());
  IndexCursor cursor(
      &database, Family::kGaps,
      {node.empty() ? keys::GapTimeList() : keys::GapNodeList(node)},
      snapshot.snapshot());
  return ReadPage<v1::CoverageGap>(
      cursor, scan, stats, [&](absl::string_view position) {
        return ReadGap(database, stats, position, snapshot.snapshot());
      });
}

}  // namespace eyrie::server

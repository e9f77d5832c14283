// SPDX-License-Identifier: Apache-2.0
//
// Reads one page of items along posting lists.

#ifndef EYRIE_SERVER_STORAGE_PAGE_SCAN_H_
#define EYRIE_SERVER_STORAGE_PAGE_SCAN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/status_macros.h"
#include "server/storage/index_cursor.h"
#include "server/storage/page_token.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"

namespace eyrie::server {

// One page's bounds.
struct PageScan {
  // Names the listing; see EncodePageToken.
  std::string query;
  // Positions from here to before `end`; empty `end` means to the last.
  std::string begin;
  std::string end;
  int page_size = 0;
  // Index entries to read at most.
  size_t max_scanned = 0;
};

// Where a page that follows `page_token` begins; `first` if that is empty.
inline absl::StatusOr<std::string> PageBegin(absl::string_view query,
                                             absl::string_view page_token,
                                             std::string first) {
  if (page_token.empty()) return first;
  EYRIE_ASSIGN_OR_RETURN(std::string position,
                         DecodePageToken(query, page_token));
  position.push_back('\0');  // the smallest that is greater
  return position;
}

// Collects what `read(position)` returns, an absl::StatusOr<std::optional<T>>:
// nothing for an entry that does not belong to the listing.
template <typename T, typename Read>
absl::StatusOr<Page<T>> ReadPage(IndexCursor& cursor, const PageScan& scan,
                                 StoreStats& stats, Read read) {
  Page<T> page;
  std::string last_item;
  std::string last_read;
  size_t scanned = 0;
  for (cursor.Seek(scan.begin); cursor.valid(); cursor.Next()) {
    if (!scan.end.empty() && cursor.position() >= scan.end) break;
    if (scanned == scan.max_scanned) {
      page.next_page_token = EncodePageToken(scan.query, last_read);
      break;
    }
    ++scanned;
    last_read.assign(cursor.position().data(), cursor.position().size());
    EYRIE_ASSIGN_OR_RETURN(std::optional<T> item, read(cursor.position()));
    if (!item.has_value()) continue;
    if (page.items.size() == static_cast<size_t>(scan.page_size)) {
      page.next_page_token = EncodePageToken(scan.query, last_item);
      break;
    }
    page.items.push_back(*std::move(item));
    last_item = last_read;
  }
  stats.queries.fetch_add(1, std::memory_order_relaxed);
  stats.scanned_entries.fetch_add(scanned, std::memory_order_relaxed);
  EYRIE_RETURN_IF_ERROR(cursor.status());
  return page;
}

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_PAGE_SCAN_H_

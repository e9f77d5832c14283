// SPDX-License-Identifier: Apache-2.0
//
// Reads lists that come in pages.

#ifndef EYRIE_CLIENTS_CLI_PAGER_H_
#define EYRIE_CLIENTS_CLI_PAGER_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace eyrie::cli {

// Largest page asked for. A detection with its process tree is about 4 KiB.
inline constexpr int64_t kMaxPageSize = 500;

template <typename Item>
struct FetchedPage {
  google::protobuf::RepeatedPtrField<Item> items;
  std::string next_page_token;
};

// Fetches pages and gives their items to `take`, in order, until it has taken
// `limit` (0: all); `take` returns false for an item that it does not want.
//
// Returns whether there is more beyond the limit, or the error of `fetch`.
template <typename Item>
absl::StatusOr<bool> ForEachItem(
    int64_t limit,
    const std::function<absl::StatusOr<FetchedPage<Item>>(
        uint32_t page_size, const std::string& page_token)>& fetch,
    const std::function<bool(const Item&)>& take) {
  std::string token;
  int64_t taken = 0;
  bool has_unwanted = false;
  while (true) {
    int64_t page_size = kMaxPageSize;
    // Where items are left out, small pages would never end.
    if (limit > 0 && !has_unwanted) {
      page_size = std::min(page_size, limit - taken);
    }
    auto page = fetch(static_cast<uint32_t>(page_size), token);
    if (!page.ok()) return page.status();
    for (const Item& item : page->items) {
      if (limit > 0 && taken == limit) return true;
      if (take(item)) {
        ++taken;
      } else {
        has_unwanted = true;
      }
    }
    if (page->next_page_token.empty()) return false;
    if (limit > 0 && taken == limit) return true;
    if (page->next_page_token == token) {
      return absl::InternalError("the server sends the same page for ever");
    }
    token = page->next_page_token;
  }
}

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_PAGER_H_

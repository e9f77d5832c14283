// SPDX-License-Identifier: Apache-2.0
//
// Prints lists that come in pages: a table for people, a line of JSON an item
// for programs.

#ifndef EYRIE_CLIENTS_CLI_PAGED_LIST_H_
#define EYRIE_CLIENTS_CLI_PAGED_LIST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "clients/cli/exit_code.h"
#include "clients/cli/pager.h"
#include "clients/cli/session.h"
#include "clients/cli/table_printer.h"
#include "common/status_macros.h"

namespace eyrie::cli {

// What a list is made of.
template <typename Item>
struct PagedList {
  // Items at most; 0 is all.
  int64_t limit = 0;
  // Gets a page from the server.
  std::function<absl::StatusOr<FetchedPage<Item>>(
      uint32_t page_size, const std::string& page_token)>
      fetch;
  // Whether an item is wanted; null: all are.
  std::function<bool(const Item&)> wants;
  // The item as a row of the table.
  std::function<std::vector<std::string>(const Item&)> row;
  // Prints the item as JSON; null: as its message.
  std::function<void(const Item&)> print_json;
  // What the items are, for "there are more ...; use --limit".
  absl::string_view plural;
  // What to say if there are none.
  absl::string_view none;
};

// Prints `list`; `table` has the head of its table.
template <typename Item>
absl::StatusOr<ExitCode> PrintList(const PagedList<Item>& list,
                                   TablePrinter table, Session& session) {
  const bool is_json = session.options().is_json();
  bool is_empty = true;
  EYRIE_ASSIGN_OR_RETURN(
      const bool has_more,
      ForEachItem<Item>(list.limit, list.fetch, [&](const Item& item) {
        if (list.wants != nullptr && !list.wants(item)) return false;
        is_empty = false;
        if (!is_json) {
          table.AddRow(list.row(item));
        } else if (list.print_json != nullptr) {
          list.print_json(item);
        } else {
          session.PrintJson(item);
        }
        return true;
      }));
  if (!table.empty()) session.out() << table.ToString(session.out_width());
  if (is_empty) session.err() << list.none << '\n';
  if (has_more) {
    session.out().flush();
    session.err() << "there are more " << list.plural << "; use --limit\n";
  }
  return ExitCode::kDone;
}

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_PAGED_LIST_H_

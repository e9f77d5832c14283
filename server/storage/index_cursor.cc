// SPDX-License-Identifier: Apache-2.0

#include "server/storage/index_cursor.h"

#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "server/storage/keys.h"

namespace eyrie::server {

IndexCursor::IndexCursor(const Database* database, Family family,
                         const std::vector<std::string>& lists,
                         const rocksdb::Snapshot* snapshot) {
  for (const std::string& prefix : lists) {
    auto list = std::make_unique<List>();
    list->prefix = prefix;
    list->end = keys::PrefixEnd(prefix);
    list->end_slice = list->end;
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    if (!list->end.empty()) options.iterate_upper_bound = &list->end_slice;
    list->iterator.reset(
        database->db()->NewIterator(options, database->family(family)));
    lists_.push_back(std::move(list));
  }
}

void IndexCursor::Seek(absl::string_view position) {
  for (const std::unique_ptr<List>& list : lists_) {
    list->iterator->Seek(absl::StrCat(list->prefix, position));
  }
  FindNewest();
}

void IndexCursor::Next() {
  const std::string passed(position());
  for (const std::unique_ptr<List>& list : lists_) {
    if (list->iterator->Valid() && PositionIn(*list) == passed) {
      list->iterator->Next();
    }
  }
  FindNewest();
}

absl::string_view IndexCursor::position() const {
  return PositionIn(*current_);
}

absl::Status IndexCursor::status() const {
  for (const std::unique_ptr<List>& list : lists_) {
    EYRIE_RETURN_IF_ERROR(
        FromRocksDb(list->iterator->status(), "reading an index"));
  }
  return absl::OkStatus();
}

absl::string_view IndexCursor::PositionIn(const List& list) const {
  return ToView(list.iterator->key()).substr(list.prefix.size());
}

// Linear: queries merge a handful of lists, at most kMaxMergedLists.
void IndexCursor::FindNewest() {
  current_ = nullptr;
  for (const std::unique_ptr<List>& list : lists_) {
    if (!list->iterator->Valid()) {
      // A walk that a broken list ended must not go on without it.
      if (!list->iterator->status().ok()) {
        current_ = nullptr;
        return;
      }
      continue;
    }
    if (current_ == nullptr || PositionIn(*list) < PositionIn(*current_)) {
      current_ = list.get();
    }
  }
}

}  // namespace eyrie::server

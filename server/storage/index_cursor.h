// SPDX-License-Identifier: Apache-2.0
//
// Walks several posting lists at once, newest first.

#ifndef EYRIE_SERVER_STORAGE_INDEX_CURSOR_H_
#define EYRIE_SERVER_STORAGE_INDEX_CURSOR_H_

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "server/storage/database.h"

namespace eyrie::server {

// Merges posting lists of one column family by position. A position that is in
// several lists comes once.
//
// Thread safety: not thread-safe. Lifetime: `database` and `snapshot` must
// outlive it.
class IndexCursor {
 public:
  // `lists` are beginnings of keys, as server/storage/keys.h gives them, none
  // the beginning of another.
  IndexCursor(const Database* database, Family family,
              const std::vector<std::string>& lists,
              const rocksdb::Snapshot* snapshot);

  // Moves to the first position that is not before `position`.
  void Seek(absl::string_view position);
  // REQUIRES: valid().
  void Next();

  bool valid() const { return current_ != nullptr; }
  // REQUIRES: valid(). Good until the cursor moves.
  absl::string_view position() const;

  // What ended the walk, if it was not the end of the lists.
  absl::Status status() const;

 private:
  struct List {
    std::string prefix;
    std::string end;  // RocksDB keeps a pointer to this slice
    rocksdb::Slice end_slice;
    std::unique_ptr<rocksdb::Iterator> iterator;
  };

  absl::string_view PositionIn(const List& list) const;
  void FindNewest();

  std::vector<std::unique_ptr<List>> lists_;
  List* current_ = nullptr;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_INDEX_CURSOR_H_

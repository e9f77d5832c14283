// SPDX-License-Identifier: Apache-2.0
//
// Reads the records of processes that were there before the sensor.

#ifndef EYRIE_COLLECTOR_SOURCE_SNAPSHOT_READER_H_
#define EYRIE_COLLECTOR_SOURCE_SNAPSHOT_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/record_view.h"

namespace eyrie::collector {

// A copy of the `task` record `task` with argument vector and environment
// added, given as /proc has them: strings that end with a NUL each. What
// exceeds EYRIE_MAX_ARGS_BYTES, EYRIE_MAX_ENV_BYTES or the record is cut and
// flagged.
std::string AddStrings(const RecordView& task, absl::string_view arguments,
                       absl::string_view environment);

// Takes the iterator's stream apart, and adds to each record what only /proc
// knows.
//
// Thread safety: one thread.
class SnapshotReader {
 public:
  // Owns `iterator_fd`. `proc` is the proc file system's root.
  explicit SnapshotReader(int iterator_fd, std::string proc = "/proc");
  ~SnapshotReader();
  SnapshotReader(const SnapshotReader&) = delete;
  SnapshotReader& operator=(const SnapshotReader&) = delete;

  // The next records, at least one; none at the end. Valid until the next call.
  // Returns the iterator's errno as a status.
  absl::StatusOr<absl::Span<const RecordView>> Next();

 private:
  std::string Complete(const RecordView& task) const;

  const int iterator_fd_;
  const std::string proc_;
  std::vector<char> pending_;  // read but not taken apart yet
  std::vector<std::string> records_;
  std::vector<RecordView> views_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_SNAPSHOT_READER_H_

// SPDX-License-Identifier: Apache-2.0
//
// The open RocksDB database with its column families.

#ifndef EYRIE_SERVER_STORAGE_DATABASE_H_
#define EYRIE_SERVER_STORAGE_DATABASE_H_

#include <rocksdb/db.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace eyrie::server {

// Version of keys and values; see docs/storage_format.md for its history.
inline constexpr uint64_t kFormatVersion = 2;

// Column families, in the order of kFamilyNames.
enum class Family {
  kDefault,
  kIncidents,
  kIncidentIndex,
  kLiveFingerprints,
  kDetections,
  kDetectionIndex,
  kAcks,
  kNodes,
  kGaps,
  kRuleSwitches,
  kHeld,
};
inline constexpr std::array<const char*, 11> kFamilyNames = {
    "default",    "incidents",       "incident_index", "live_fingerprints",
    "detections", "detection_index", "acks",           "nodes",
    "gaps",       "rule_switches",   "held",
};

// Says in our terms what RocksDB says; `what` is what was attempted.
//
// kDataLoss: stored data is damaged. kResourceExhausted: the disk is full.
// kUnavailable: other input and output errors.
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view what);

absl::string_view ToView(const rocksdb::Slice& slice);
rocksdb::Slice ToSlice(absl::string_view view);

// Thread safety: all methods may be called from any thread.
class Database {
 public:
  // Opens the database in `directory`, or makes it. `env` (null: the machine's)
  // must outlive it.
  //
  // kFailedPrecondition if another process has it open, or it was written by a
  // newer version; kDataLoss if it is damaged.
  static absl::StatusOr<std::unique_ptr<Database>> Open(
      const std::string& directory, rocksdb::Env* env);
  // Opens for reading only. Works also while a server has it open, but may fail
  // with kDataLoss then, when that deletes a file meanwhile.
  static absl::StatusOr<std::unique_ptr<Database>> OpenReadOnly(
      const std::string& directory);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB* db() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return handles_[static_cast<size_t>(family)];
  }

  // The value of `key`, if there is one. `snapshot` may be null.
  absl::StatusOr<std::optional<std::string>> Get(
      Family family, absl::string_view key,
      const rocksdb::Snapshot* snapshot = nullptr) const;
  absl::Status Put(Family family, absl::string_view key,
                   absl::string_view value, bool sync);

  // Held by whoever reads something in order to write what depends on it:
  // commits and steps of retention.
  absl::Mutex& write_mutex() ABSL_LOCK_RETURNED(write_mutex_) {
    return write_mutex_;
  }

 private:
  Database() = default;
  absl::Status CheckFormat(const std::string& directory, bool may_write);

  absl::Mutex write_mutex_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilyNames.size()> handles_{};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_DATABASE_H_

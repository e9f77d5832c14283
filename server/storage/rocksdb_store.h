// SPDX-License-Identifier: Apache-2.0
//
// The Store in a directory, on RocksDB.

#ifndef EYRIE_SERVER_STORAGE_ROCKSDB_STORE_H_
#define EYRIE_SERVER_STORAGE_ROCKSDB_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/clock.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"

namespace rocksdb {
class Env;
class WriteBatch;
}  // namespace rocksdb

namespace eyrie::server {

class Database;

struct RocksDbStoreOptions {
  // Made if it does not exist; its parent must.
  std::string directory;
  // Dates ack state. Borrowed.
  const Clock* clock = Clock::Real();
  // Where to count; null: nowhere. Borrowed.
  StoreStats* stats = nullptr;
  // Files and threads; null: the machine's. Borrowed. For tests.
  rocksdb::Env* env = nullptr;
};

// Thread safety: as Store says. Lifetime: destroy when no method runs.
class RocksDbStore : public Store {
 public:
  // Errors as Database::Open.
  static absl::StatusOr<std::unique_ptr<Store>> Open(
      RocksDbStoreOptions options);
  ~RocksDbStore() override;

  absl::Status WriteCommit(const Commit& commit) override;
  absl::StatusOr<uint64_t> AckedSequence(absl::string_view node,
                                         uint64_t run_id) override;
  absl::StatusOr<bool> HasDetection(absl::string_view id) override;
  absl::StatusOr<std::vector<HeldRecord>> ListHeld() override;
  absl::StatusOr<v1::Incident> GetIncident(
      absl::string_view id_or_prefix) override;
  absl::StatusOr<std::optional<v1::Incident>> FindLiveIncident(
      absl::string_view fingerprint) override;
  absl::StatusOr<Page<v1::Incident>> ListIncidents(
      const v1::IncidentFilter& filter, int page_size,
      absl::string_view page_token) override;
  absl::StatusOr<Page<v1::Detection>> ListDetections(
      const v1::IncidentFilter& filter, absl::string_view incident_id,
      int page_size, absl::string_view page_token) override;
  absl::StatusOr<Page<v1::CoverageGap>> ListCoverageGaps(
      absl::Time since, absl::string_view node, int page_size,
      absl::string_view page_token) override;
  absl::Status PutNode(const v1::Node& node) override;
  absl::StatusOr<v1::Node> GetNode(absl::string_view name) override;
  absl::StatusOr<Page<v1::Node>> ListNodes(
      int page_size, absl::string_view page_token) override;
  absl::Status PutRuleSwitch(absl::string_view rule, bool enabled) override;
  absl::StatusOr<std::vector<std::pair<std::string, bool>>> ListRuleSwitches()
      override;
  absl::StatusOr<RetentionResult> ApplyRetention(absl::Time now,
                                                 absl::Duration max_age,
                                                 uint64_t max_bytes) override;
  absl::StatusOr<Backup> CreateBackup(const std::string& directory) override;
  uint64_t ApproximateBytes() override;

 private:
  RocksDbStore(RocksDbStoreOptions options, std::unique_ptr<Database> database);
  absl::Status WriteBatch(rocksdb::WriteBatch& batch, bool sync);

  const RocksDbStoreOptions options_;
  const std::unique_ptr<Database> database_;
  StoreStats own_stats_;
  StoreStats& stats_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_ROCKSDB_STORE_H_

// SPDX-License-Identifier: Apache-2.0

#include "server/storage/rocksdb_store.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status_macros.h"
#include "server/storage/backup.h"
#include "server/storage/commit_batch.h"
#include "server/storage/database.h"
#include "server/storage/gap_queries.h"
#include "server/storage/incident_queries.h"
#include "server/storage/keys.h"
#include "server/storage/page_token.h"
#include "server/storage/retention.h"

namespace eyrie::server {
namespace {

constexpr absl::string_view kNodesQuery = "nodes";
constexpr absl::string_view kEnabled = "1";
constexpr absl::string_view kDisabled = "0";

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> RocksDbStore::Open(
    RocksDbStoreOptions options) {
  EYRIE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                         Database::Open(options.directory, options.env));
  return std::unique_ptr<Store>(
      new RocksDbStore(std::move(options), std::move(database)));
}

RocksDbStore::RocksDbStore(RocksDbStoreOptions options,
                           std::unique_ptr<Database> database)
    : options_(std::move(options)),
      database_(std::move(database)),
      stats_(options_.stats != nullptr ? *options_.stats : own_stats_) {}

RocksDbStore::~RocksDbStore() = default;

absl::Status RocksDbStore::WriteCommit(const Commit& commit) {
  const bool sync =
      commit.sync || !commit.detections.empty() || !commit.held.empty();
  // For the metric only, so the machine's clock.
  const absl::Time start = absl::Now();
  absl::MutexLock lock(&database_->write_mutex());
  CommitBatch changes(database_.get(), options_.clock->Now());
  absl::Status status = changes.Add(commit);
  if (status.ok()) status = WriteBatch(changes.batch(), sync);
  if (!status.ok()) {
    ++stats_.failed_commits;
    return status;
  }
  ++stats_.commits;
  if (sync) ++stats_.synced_commits;
  stats_.committed_bytes += changes.batch().GetDataSize();
  stats_.detections += changes.detections();
  stats_.duplicate_detections += changes.duplicate_detections();
  stats_.incidents += changes.incidents();
  stats_.commit_nanoseconds +=
      static_cast<uint64_t>(absl::ToInt64Nanoseconds(absl::Now() - start));
  return absl::OkStatus();
}

absl::Status RocksDbStore::WriteBatch(rocksdb::WriteBatch& batch, bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  // When the disk is full, RocksDB refuses all further writes, looks every few
  // seconds whether there is room again, and then accepts them. After other
  // errors of the log it refuses them until the store is opened again.
  return FromRocksDb(database_->db()->Write(options, &batch),
                     "writing a commit");
}

absl::StatusOr<uint64_t> RocksDbStore::AckedSequence(absl::string_view node,
                                                     uint64_t run_id) {
  EYRIE_ASSIGN_OR_RETURN(
      const std::optional<std::string> value,
      database_->Get(Family::kAcks, keys::Ack(node, run_id)));
  if (!value.has_value()) return 0;
  EYRIE_ASSIGN_OR_RETURN(const keys::AckValue ack,
                         keys::DecodeAckValue(*value));
  return ack.sequence;
}

absl::StatusOr<bool> RocksDbStore::HasDetection(absl::string_view id) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                         database_->Get(Family::kDetections, id));
  return value.has_value();
}

absl::StatusOr<std::vector<HeldRecord>> RocksDbStore::ListHeld() {
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db()->NewIterator(rocksdb::ReadOptions(),
                                   database_->family(Family::kHeld)));
  std::vector<HeldRecord> held;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    absl::StatusOr<RecordPlace> place =
        keys::DecodeHeld(ToView(iterator->key()));
    if (place.ok()) {
      held.push_back({*std::move(place), iterator->value().ToString()});
    } else {
      ++stats_.undecodable_values;
    }
  }
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(iterator->status(), "reading held records"));
  return held;
}

absl::StatusOr<v1::Incident> RocksDbStore::GetIncident(
    absl::string_view id_or_prefix) {
  return server::GetIncident(*database_, id_or_prefix);
}

absl::StatusOr<std::optional<v1::Incident>> RocksDbStore::FindLiveIncident(
    absl::string_view fingerprint) {
  return server::FindLiveIncident(*database_, fingerprint);
}

absl::StatusOr<Page<v1::Incident>> RocksDbStore::ListIncidents(
    const v1::IncidentFilter& filter, int page_size,
    absl::string_view page_token) {
  return server::ListIncidents(*database_, stats_, filter, page_size,
                               page_token);
}

absl::StatusOr<Page<v1::Detection>> RocksDbStore::ListDetections(
    const v1::IncidentFilter& filter, absl::string_view incident_id,
    int page_size, absl::string_view page_token) {
  return server::ListDetections(*database_, stats_, filter, incident_id,
                                page_size, page_token);
}

absl::StatusOr<Page<v1::CoverageGap>> RocksDbStore::ListCoverageGaps(
    absl::Time since, absl::string_view node, int page_size,
    absl::string_view page_token) {
  return server::ListCoverageGaps(*database_, stats_, since, node, page_size,
                                  page_token);
}

absl::Status RocksDbStore::PutNode(const v1::Node& node) {
  if (node.name().empty()) {
    return absl::InvalidArgumentError("a node without a name");
  }
  // Not synced: a node introduces itself again whenever it connects.
  return database_->Put(Family::kNodes, node.name(), node.SerializeAsString(),
                        /*sync=*/false);
}

absl::StatusOr<v1::Node> RocksDbStore::GetNode(absl::string_view name) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                         database_->Get(Family::kNodes, name));
  if (!value.has_value()) {
    return absl::NotFoundError(absl::StrCat("there is no node ", name));
  }
  v1::Node node;
  if (!node.ParseFromString(*value)) {
    return absl::DataLossError(
        absl::StrCat("node ", name, " is damaged in the store"));
  }
  return node;
}

absl::StatusOr<Page<v1::Node>> RocksDbStore::ListNodes(
    int page_size, absl::string_view page_token) {
  EYRIE_RETURN_IF_ERROR(CheckPageSize(page_size));
  std::string begin;
  if (!page_token.empty()) {
    EYRIE_ASSIGN_OR_RETURN(begin, DecodePageToken(kNodesQuery, page_token));
    begin.push_back('\0');
  }
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db()->NewIterator(rocksdb::ReadOptions(),
                                   database_->family(Family::kNodes)));
  Page<v1::Node> page;
  for (iterator->Seek(begin); iterator->Valid(); iterator->Next()) {
    if (page.items.size() == static_cast<size_t>(page_size)) {
      page.next_page_token =
          EncodePageToken(kNodesQuery, page.items.back().name());
      break;
    }
    v1::Node node;
    if (node.ParseFromArray(iterator->value().data(),
                            static_cast<int>(iterator->value().size()))) {
      page.items.push_back(std::move(node));
    } else {
      ++stats_.undecodable_values;
    }
  }
  EYRIE_RETURN_IF_ERROR(FromRocksDb(iterator->status(), "reading nodes"));
  return page;
}

absl::Status RocksDbStore::PutRuleSwitch(absl::string_view rule, bool enabled) {
  // Synced: an operator was told that the rule is off.
  return database_->Put(Family::kRuleSwitches, rule,
                        enabled ? kEnabled : kDisabled, /*sync=*/true);
}

absl::StatusOr<std::vector<std::pair<std::string, bool>>>
RocksDbStore::ListRuleSwitches() {
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db()->NewIterator(rocksdb::ReadOptions(),
                                   database_->family(Family::kRuleSwitches)));
  std::vector<std::pair<std::string, bool>> switches;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    switches.emplace_back(iterator->key().ToString(),
                          ToView(iterator->value()) == kEnabled);
  }
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(iterator->status(), "reading rule switches"));
  return switches;
}

absl::StatusOr<Store::RetentionResult> RocksDbStore::ApplyRetention(
    absl::Time now, absl::Duration max_age, uint64_t max_bytes) {
  RetentionLimits limits;
  limits.max_age = max_age;
  limits.max_bytes = max_bytes;
  return DeleteExpired(database_.get(), stats_, now, limits);
}

absl::StatusOr<Store::Backup> RocksDbStore::CreateBackup(
    const std::string& directory) {
  absl::StatusOr<Backup> backup = server::CreateBackup(*database_, directory);
  ++(backup.ok() ? stats_.backups : stats_.failed_backups);
  return backup;
}

uint64_t RocksDbStore::ApproximateBytes() {
  return server::ApproximateBytes(*database_);
}

}  // namespace eyrie::server

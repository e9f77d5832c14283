// SPDX-License-Identifier: Apache-2.0

#include "server/storage/backup.h"

#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// Bytes a second that a backup reads and writes: leaves the disk to commits,
// and copies 100 GB in twenty minutes.
constexpr uint64_t kBackupBytesPerSecond = uint64_t{100} << 20;

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(
    const std::string& directory) {
  rocksdb::BackupEngineOptions options(directory);
  // What the server was told to keep must survive a power failure as well.
  options.sync = true;
  options.backup_rate_limit = kBackupBytesPerSecond;
  rocksdb::BackupEngine* engine = nullptr;
  const rocksdb::IOStatus status =
      rocksdb::BackupEngine::Open(rocksdb::Env::Default(), options, &engine);
  EYRIE_RETURN_IF_ERROR(FromRocksDb(
      status, absl::StrCat("opening the backup directory ", directory)));
  return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

absl::StatusOr<rocksdb::BackupInfo> FindBackup(
    const rocksdb::BackupEngine& engine, const std::string& directory,
    uint32_t id) {
  std::vector<rocksdb::BackupInfo> backups;
  engine.GetBackupInfo(&backups);
  if (id == 0 && !backups.empty()) return backups.back();
  for (const rocksdb::BackupInfo& backup : backups) {
    if (backup.backup_id == id) return backup;
  }
  return absl::NotFoundError(
      id == 0 ? absl::StrCat("there is no backup in ", directory)
              : absl::StrCat("there is no backup ", id, " in ", directory));
}

absl::Status CheckIsEmpty(const std::string& directory) {
  std::vector<std::string> files;
  const rocksdb::Status status =
      rocksdb::Env::Default()->GetChildren(directory, &files);
  if (status.IsNotFound()) return absl::OkStatus();
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(status, absl::StrCat("looking into ", directory)));
  for (const std::string& file : files) {
    if (file == "." || file == "..") continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "the data directory ", directory, " is not empty (it holds ", file,
        "); move it away, or choose another to restore to"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Store::Backup> CreateBackup(const Database& database,
                                           const std::string& directory) {
  EYRIE_ASSIGN_OR_RETURN(const std::unique_ptr<rocksdb::BackupEngine> engine,
                         OpenEngine(directory));
  rocksdb::CreateBackupOptions options;
  // Otherwise the log is copied up to whatever has reached it: it must end with
  // the commits that had returned, synced or not.
  options.flush_before_backup = true;
  rocksdb::BackupID id = 0;
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(engine->CreateNewBackup(options, database.db(), &id),
                  absl::StrCat("making a backup in ", directory)));
  EYRIE_ASSIGN_OR_RETURN(const rocksdb::BackupInfo backup,
                         FindBackup(*engine, directory, id));
  return Store::Backup{.id = id, .bytes = backup.size};
}

absl::StatusOr<uint32_t> RestoreBackup(const std::string& directory,
                                       uint32_t id,
                                       const std::string& data_directory) {
  // The engine would make a directory that is not there.
  if (!rocksdb::Env::Default()->FileExists(directory).ok()) {
    return absl::NotFoundError(
        absl::StrCat("there is no backup directory ", directory));
  }
  EYRIE_RETURN_IF_ERROR(CheckIsEmpty(data_directory));
  EYRIE_ASSIGN_OR_RETURN(const std::unique_ptr<rocksdb::BackupEngine> engine,
                         OpenEngine(directory));
  EYRIE_ASSIGN_OR_RETURN(const rocksdb::BackupInfo backup,
                         FindBackup(*engine, directory, id));
  const std::string what =
      absl::StrCat("backup ", backup.backup_id, " in ", directory);
  const rocksdb::IOStatus check =
      engine->VerifyBackup(backup.backup_id, /*verify_with_checksum=*/true);
  if (!check.ok()) {
    return absl::DataLossError(absl::StrCat(
        what, " is damaged (", check.ToString(), "); choose another backup"));
  }
  EYRIE_RETURN_IF_ERROR(
      FromRocksDb(engine->RestoreDBFromBackup(backup.backup_id, data_directory,
                                              data_directory),
                  absl::StrCat("restoring ", what, " to ", data_directory)));
  return backup.backup_id;
}

}  // namespace eyrie::server

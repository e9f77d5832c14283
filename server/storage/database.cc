// SPDX-License-Identifier: Apache-2.0

#include "server/storage/database.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "server/storage/rocksdb_options.h"

namespace eyrie::server {
namespace {

constexpr absl::string_view kFormatVersionKey = "format_version";

absl::Status NewerVersion(const std::string& directory,
                          absl::string_view detail) {
  return absl::FailedPreconditionError(
      absl::StrCat("the data directory ", directory,
                   " was written by a newer version of eyrie-server (", detail,
                   "); run that version, or choose another data directory"));
}

// RocksDB has no status of its own for a lock that is held.
bool IsLockHeld(const rocksdb::Status& status) {
  return status.IsIOError() &&
         absl::StrContains(ToView(status.ToString()), "/LOCK");
}

absl::Status Damaged(const std::string& directory, absl::string_view detail) {
  return absl::DataLossError(absl::StrCat(
      "the data directory ", directory, " is damaged (", detail,
      "); restore a backup, or move it away to start with an empty one"));
}

absl::Status OpenError(const rocksdb::Status& status,
                       const std::string& directory) {
  if (IsLockHeld(status)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the data directory ", directory,
        " is in use by another eyrie-server; stop it, or choose another data "
        "directory"));
  }
  if (status.IsCorruption()) return Damaged(directory, status.ToString());
  return FromRocksDb(status,
                     absl::StrCat("opening the data directory ", directory));
}

// RocksDB takes a directory without the file CURRENT for an empty one, and then
// deletes the data in it. kDataLoss if this would happen.
absl::Status CheckNotBeheaded(const rocksdb::DBOptions& options,
                              const std::string& directory) {
  if (options.env->FileExists(directory + "/CURRENT").ok()) {
    return absl::OkStatus();
  }
  std::vector<std::string> files;
  if (!options.env->GetChildren(directory, &files).ok()) {
    return absl::OkStatus();
  }
  for (const std::string& file : files) {
    if (absl::EndsWith(file, ".sst") || absl::EndsWith(file, ".log")) {
      return Damaged(directory,
                     absl::StrCat("it has ", file, " and no file CURRENT"));
    }
  }
  return absl::OkStatus();
}

// kFailedPrecondition if there is a column family that we do not know.
absl::Status CheckFamilies(const rocksdb::DBOptions& options,
                           const std::string& directory) {
  std::vector<std::string> names;
  // Fails where there is no database yet; Open says what else is wrong.
  if (!rocksdb::DB::ListColumnFamilies(options, directory, &names).ok()) {
    return absl::OkStatus();
  }
  for (const std::string& name : names) {
    if (std::find(kFamilyNames.begin(), kFamilyNames.end(), name) ==
        kFamilyNames.end()) {
      return NewerVersion(directory,
                          absl::StrCat("it has a column family ", name));
    }
  }
  return absl::OkStatus();
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families() {
  const std::shared_ptr<rocksdb::Cache> cache = NewBlockCache();
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kFamilyNames) {
    families.emplace_back(name, FamilyOptions(cache));
  }
  return families;
}

}  // namespace

absl::string_view ToView(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

rocksdb::Slice ToSlice(absl::string_view view) {
  return rocksdb::Slice(view.data(), view.size());
}

absl::Status FromRocksDb(const rocksdb::Status& status,
                         absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat(what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNoSpace()) {
    return absl::ResourceExhaustedError(
        absl::StrCat(message, "; make room on the disk"));
  }
  if (status.IsNotFound()) return absl::NotFoundError(message);
  if (status.IsInvalidArgument()) return absl::InvalidArgumentError(message);
  return absl::UnavailableError(message);
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    const std::string& directory, rocksdb::Env* env) {
  rocksdb::DBOptions options = DatabaseOptions();
  if (env != nullptr) options.env = env;
  EYRIE_RETURN_IF_ERROR(CheckNotBeheaded(options, directory));
  EYRIE_RETURN_IF_ERROR(CheckFamilies(options, directory));
  std::unique_ptr<Database> database(new Database);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(options, directory, Families(), &handles, &db);
  if (!status.ok()) return OpenError(status, directory);
  database->db_.reset(db);
  std::copy(handles.begin(), handles.end(), database->handles_.begin());
  EYRIE_RETURN_IF_ERROR(database->CheckFormat(directory, /*may_write=*/true));
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenReadOnly(
    const std::string& directory) {
  rocksdb::DBOptions options = DatabaseOptions();
  options.create_if_missing = false;
  EYRIE_RETURN_IF_ERROR(CheckFamilies(options, directory));
  std::unique_ptr<Database> database(new Database);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(
      options, directory, Families(), &handles, &db);
  if (!status.ok()) return OpenError(status, directory);
  database->db_.reset(db);
  std::copy(handles.begin(), handles.end(), database->handles_.begin());
  EYRIE_RETURN_IF_ERROR(database->CheckFormat(directory, /*may_write=*/false));
  return database;
}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle);
  }
}

absl::StatusOr<std::optional<std::string>> Database::Get(
    Family family, absl::string_view key,
    const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  std::string value;
  const rocksdb::Status status =
      db_->Get(options, this->family(family), ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  EYRIE_RETURN_IF_ERROR(FromRocksDb(
      status, absl::StrCat("reading from ",
                           kFamilyNames[static_cast<size_t>(family)])));
  return value;
}

absl::Status Database::Put(Family family, absl::string_view key,
                           absl::string_view value, bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  return FromRocksDb(
      db_->Put(options, this->family(family), ToSlice(key), ToSlice(value)),
      absl::StrCat("writing to ", kFamilyNames[static_cast<size_t>(family)]));
}

absl::Status Database::CheckFormat(const std::string& directory,
                                   bool may_write) {
  EYRIE_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                         Get(Family::kDefault, kFormatVersionKey));
  if (!stored.has_value()) {
    if (!may_write) {
      return absl::FailedPreconditionError(
          absl::StrCat("the data directory ", directory, " has no version"));
    }
    return Put(Family::kDefault, kFormatVersionKey,
               absl::StrCat(kFormatVersion), /*sync=*/true);
  }
  uint64_t version = 0;
  if (!absl::SimpleAtoi(*stored, &version) || version == 0) {
    return Damaged(directory, absl::StrCat("its version is \"", *stored, "\""));
  }
  if (version > kFormatVersion) {
    return NewerVersion(
        directory,
        absl::StrCat("format ", version, ", this one knows ", kFormatVersion));
  }
  if (version == kFormatVersion || !may_write) return absl::OkStatus();
  // What version 2 added, version 1 lacks: there is nothing to convert.
  return Put(Family::kDefault, kFormatVersionKey, absl::StrCat(kFormatVersion),
             /*sync=*/true);
}

}  // namespace eyrie::server

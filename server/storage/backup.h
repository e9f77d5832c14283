// SPDX-License-Identifier: Apache-2.0
//
// Copies the database while it runs, and back.

#ifndef EYRIE_SERVER_STORAGE_BACKUP_H_
#define EYRIE_SERVER_STORAGE_BACKUP_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "server/storage/database.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Adds a backup to `directory`, which it makes if there is none: the database
// as it is at one moment, with all commits that had returned before the call.
// Files that a backup there has already are shared with it.
absl::StatusOr<Store::Backup> CreateBackup(const Database& database,
                                           const std::string& directory);

// Writes the backup `id` (0: the latest) of `directory` to `data_directory`,
// which must not exist or be empty, after a check of all its files. Returns its
// id.
//
// kNotFound if there is no such backup; kFailedPrecondition if
// `data_directory` holds something; kDataLoss if the backup is damaged.
absl::StatusOr<uint32_t> RestoreBackup(const std::string& directory,
                                       uint32_t id,
                                       const std::string& data_directory);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_BACKUP_H_

// SPDX-License-Identifier: Apache-2.0
//
// How RocksDB is set up: memory, disk and threads it may use.

#ifndef EYRIE_SERVER_STORAGE_ROCKSDB_OPTIONS_H_
#define EYRIE_SERVER_STORAGE_ROCKSDB_OPTIONS_H_

#include <rocksdb/cache.h>
#include <rocksdb/options.h>

#include <memory>

namespace eyrie::server {

// Options of the whole database.
rocksdb::DBOptions DatabaseOptions();

// Options of every column family; `cache` is shared by all.
rocksdb::ColumnFamilyOptions FamilyOptions(
    const std::shared_ptr<rocksdb::Cache>& cache);

// The block cache that column families share.
std::shared_ptr<rocksdb::Cache> NewBlockCache();

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_STORAGE_ROCKSDB_OPTIONS_H_

// SPDX-License-Identifier: Apache-2.0

#include "server/storage/rocksdb_options.h"

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <vector>

namespace eyrie::server {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

// Blocks, indexes and filters that are kept in memory. A day of incidents of
// one screen fits many times; what does not is in the kernel's page cache.
constexpr size_t kBlockCacheBytes = 64 * kMiB;

// One column family's memtable. A flush of 8 MiB takes far less than the time
// it takes to fill the next one.
constexpr size_t kMemtableBytes = 8 * kMiB;

// All memtables together; beyond it the largest is flushed. Bounds memory
// whatever the number of column families.
constexpr size_t kAllMemtablesBytes = 64 * kMiB;

// Write-ahead logs together; beyond it the column families that hold the oldest
// one back are flushed. Bounds the time to open after a crash to a second or
// so: logs are read at more than 100 MB/s.
constexpr size_t kMaxLogBytes = 128 * kMiB;

bool IsSupported(rocksdb::CompressionType type) {
  static const std::vector<rocksdb::CompressionType> supported =
      rocksdb::GetSupportedCompressions();
  return std::find(supported.begin(), supported.end(), type) != supported.end();
}

rocksdb::CompressionType FirstSupported(
    std::initializer_list<rocksdb::CompressionType> types) {
  for (const rocksdb::CompressionType type : types) {
    if (IsSupported(type)) return type;
  }
  return rocksdb::kNoCompression;
}

}  // namespace

std::shared_ptr<rocksdb::Cache> NewBlockCache() {
  return rocksdb::NewLRUCache(kBlockCacheBytes);
}

rocksdb::DBOptions DatabaseOptions() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(kAllMemtablesBytes);
  options.max_total_wal_size = kMaxLogBytes;
  // A log that ends in the middle of a record, as after a power failure, is
  // read up to there. What was synced lies before it, and detections and acks
  // are in the same record, so what is read is a state that once was.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // One flush and one compaction: the judging threads need the other cores.
  options.max_background_jobs = 2;
  // Write-back in steps of 1 MiB: a sync of the log never waits for hundreds of
  // MiB of a compaction's dirty pages.
  options.bytes_per_sync = kMiB;
  options.wal_bytes_per_sync = kMiB;
  // A server has thousands of streams open; the store takes its share only.
  options.max_open_files = 512;
  // RocksDB's own log: what an operator needs to report a problem, no more.
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.max_log_file_size = 4 * kMiB;
  options.keep_log_file_num = 4;
  // Its statistics are exported by the server, not written into its log.
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_manifest_file_size = 16 * kMiB;
  return options;
}

rocksdb::ColumnFamilyOptions FamilyOptions(
    const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = kMemtableBytes;
  // One is written to while another is flushed.
  options.max_write_buffer_number = 2;
  // Detections repeat each other's strings: fast compression at once, strong
  // compression where most of the data ends up.
  options.compression =
      FirstSupported({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  options.bottommost_compression = FirstSupported(
      {rocksdb::kZSTD, rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  // Levels sized from the last one up: space amplification stays near 1.1.
  options.level_compaction_dynamic_level_bytes = true;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * 1024;
  // Indexes and filters count against the cache, so that it bounds everything.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // "Is this detection stored?" is asked for every detection, and the answer is
  // nearly always no: 10 bits a key answer 99 of 100 without a read.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace eyrie::server

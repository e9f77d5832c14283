// SPDX-License-Identifier: Apache-2.0
//
// A file system that loses what was not synced.

#ifndef EYRIE_SERVER_STORAGE_TESTING_POWER_FAILURE_FILE_SYSTEM_H_
#define EYRIE_SERVER_STORAGE_TESTING_POWER_FAILURE_FILE_SYSTEM_H_

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace eyrie::server::testing {

// Passes everything on to the machine's file system, and remembers how much of
// each file was synced.
//
// Usage: open a store with it, FailAfter(), use the store until it gives
// errors, destroy it, LoseUnsynced(), open the store with the machine's files.
//
// Thread safety: all methods may be called from any thread.
class PowerFailureFileSystem : public rocksdb::FileSystemWrapper {
 public:
  PowerFailureFileSystem();

  // The power fails in the middle of the `appends`-th write from now on:
  // everything that changes a file fails from then on.
  void FailAfter(uint64_t appends);
  // Every write from now on fails with "no space", until it is called with
  // false.
  void SetFull(bool is_full);

  // Cuts files at a random place behind what was synced of them, and spoils
  // some of what is left of that. REQUIRES: nobody has the files open.
  void LoseUnsynced(std::mt19937_64& random);

  // What follows is called by RocksDB.
  const char* Name() const override { return "PowerFailureFileSystem"; }
  rocksdb::IOStatus NewWritableFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path,
                                 const rocksdb::IOOptions& options,
                                 uint64_t* bytes,
                                 rocksdb::IODebugContext* debug) override;

  // What became of an attempt to write: OK, or the failure.
  rocksdb::IOStatus BeforeAppend();
  rocksdb::IOStatus BeforeChange();
  void AfterAppend(const std::string& path, uint64_t bytes);
  void AfterSync(const std::string& path);

 private:
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
  };

  rocksdb::IOStatus Track(const std::string& path,
                          std::unique_ptr<rocksdb::FSWritableFile>* file,
                          uint64_t size);

  absl::Mutex mutex_;
  std::map<std::string, File> files_ ABSL_GUARDED_BY(mutex_);
  // Writes before the power fails.
  uint64_t appends_left_ ABSL_GUARDED_BY(mutex_) = UINT64_MAX;
  bool is_full_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_STORAGE_TESTING_POWER_FAILURE_FILE_SYSTEM_H_

// SPDX-License-Identifier: Apache-2.0

#include "server/storage/testing/power_failure_file_system.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace eyrie::server::testing {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// A file whose writes are reported.
class TrackedFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedFile(std::string path, std::unique_ptr<rocksdb::FSWritableFile> file,
              PowerFailureFileSystem* system)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        system_(system) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const IOStatus before = system_->BeforeAppend();
    if (before.ok()) {
      const IOStatus status = target()->Append(data, options, debug);
      if (status.ok()) system_->AfterAppend(path_, data.size());
      return status;
    }
    // The write that the failure interrupts reaches the file in part.
    const Slice part(data.data(), data.size() / 2);
    if (!before.IsNoSpace() && target()->Append(part, options, debug).ok()) {
      system_->AfterAppend(path_, part.size());
    }
    return before;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = system_->BeforeChange();
    if (status.ok()) status = target()->Sync(options, debug);
    if (status.ok()) system_->AfterSync(path_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = system_->BeforeChange();
    if (status.ok()) status = target()->Fsync(options, debug);
    if (status.ok()) system_->AfterSync(path_);
    return status;
  }

 private:
  const std::string path_;
  PowerFailureFileSystem* const system_;
};

}  // namespace

PowerFailureFileSystem::PowerFailureFileSystem()
    : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void PowerFailureFileSystem::FailAfter(uint64_t appends) {
  absl::MutexLock lock(&mutex_);
  appends_left_ = appends;
}

void PowerFailureFileSystem::SetFull(bool is_full) {
  absl::MutexLock lock(&mutex_);
  is_full_ = is_full;
}

void PowerFailureFileSystem::LoseUnsynced(std::mt19937_64& random) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [path, file] : files_) {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(path, error);
    if (error || size <= file.synced) continue;
    const uint64_t kept = file.synced + random() % (size - file.synced + 1);
    std::filesystem::resize_file(path, kept);
    if (kept == file.synced || random() % 2 == 0) continue;
    // A page that the disk had not written yet holds zeros.
    std::fstream content(path, std::ios::in | std::ios::out | std::ios::binary);
    content.seekp(static_cast<std::streamoff>(file.synced +
                                              random() % (kept - file.synced)));
    content.put('\0');
  }
}

IOStatus PowerFailureFileSystem::BeforeChange() {
  absl::MutexLock lock(&mutex_);
  if (appends_left_ == 0) return IOStatus::IOError("the power has failed");
  if (!is_full_) return IOStatus::OK();
  // As the machine's file system says it.
  IOStatus full = IOStatus::NoSpace("the disk is full");
  full.SetRetryable(true);
  return full;
}

IOStatus PowerFailureFileSystem::BeforeAppend() {
  {
    absl::MutexLock lock(&mutex_);
    if (appends_left_ != UINT64_MAX && appends_left_ > 0) --appends_left_;
  }
  return BeforeChange();
}

void PowerFailureFileSystem::AfterAppend(const std::string& path,
                                         uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  files_[path].size += bytes;
}

void PowerFailureFileSystem::AfterSync(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  File& file = files_[path];
  file.synced = file.size;
}

IOStatus PowerFailureFileSystem::Track(
    const std::string& path, std::unique_ptr<rocksdb::FSWritableFile>* file,
    uint64_t size) {
  absl::MutexLock lock(&mutex_);
  files_[path] = {size, size};
  *file = std::make_unique<TrackedFile>(path, std::move(*file), this);
  return IOStatus::OK();
}

IOStatus PowerFailureFileSystem::NewWritableFile(
    const std::string& path, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  if (IOStatus status = BeforeChange(); !status.ok()) return status;
  const IOStatus status = target()->NewWritableFile(path, options, file, debug);
  return status.ok() ? Track(path, file, 0) : status;
}

IOStatus PowerFailureFileSystem::ReopenWritableFile(
    const std::string& path, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  if (IOStatus status = BeforeChange(); !status.ok()) return status;
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  const IOStatus status =
      target()->ReopenWritableFile(path, options, file, debug);
  return status.ok() ? Track(path, file, error ? 0 : size) : status;
}

IOStatus PowerFailureFileSystem::RenameFile(const std::string& from,
                                            const std::string& to,
                                            const IOOptions& options,
                                            IODebugContext* debug) {
  if (IOStatus status = BeforeChange(); !status.ok()) return status;
  const IOStatus status = target()->RenameFile(from, to, options, debug);
  absl::MutexLock lock(&mutex_);
  if (auto file = files_.extract(from); status.ok() && !file.empty()) {
    file.key() = to;
    files_.erase(to);
    files_.insert(std::move(file));
  }
  return status;
}

IOStatus PowerFailureFileSystem::DeleteFile(const std::string& path,
                                            const IOOptions& options,
                                            IODebugContext* debug) {
  if (IOStatus status = BeforeChange(); !status.ok() && !status.IsNoSpace()) {
    return status;
  }
  const IOStatus status = target()->DeleteFile(path, options, debug);
  absl::MutexLock lock(&mutex_);
  if (status.ok()) files_.erase(path);
  return status;
}

IOStatus PowerFailureFileSystem::GetFreeSpace(const std::string& path,
                                              const IOOptions& options,
                                              uint64_t* bytes,
                                              IODebugContext* debug) {
  {
    absl::MutexLock lock(&mutex_);
    if (is_full_) {
      *bytes = 0;
      return IOStatus::OK();
    }
  }
  return target()->GetFreeSpace(path, options, bytes, debug);
}

}  // namespace eyrie::server::testing

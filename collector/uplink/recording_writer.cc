// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/recording_writer.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

#include "collector/uplink/batch_identity.h"
#include "common/recording_format.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

// Faster than the collector fills a batch; higher levels save little.
constexpr int kZstdLevel = 1;

static_assert(kMaxBatchBytes <= kMaxRecordedBatch);

}  // namespace

absl::StatusOr<std::unique_ptr<RecordingWriter>> RecordingWriter::Create(
    const RecordingWriterOptions& options) {
  const int fd = open(options.path.c_str(),
                      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("creating the recording ", options.path));
  }
  auto writer = absl::WrapUnique(new RecordingWriter(options, fd));
  RecordingHeader header = {};
  memcpy(header.magic, kRecordingMagic, sizeof(header.magic));
  header.version = kRecordingVersion;
  header.flags = options.compress ? kRecordingZstd : 0;
  header.catalog_hash = options.catalog_hash;
  EYRIE_RETURN_IF_ERROR(writer->WriteBytes(
      std::string(reinterpret_cast<const char*>(&header), sizeof(header))));
  return writer;
}

RecordingWriter::RecordingWriter(const RecordingWriterOptions& options, int fd)
    : options_(options), fd_(fd) {}

RecordingWriter::~RecordingWriter() { close(fd_); }

absl::Status RecordingWriter::Write(const Batch& batch) {
  EYRIE_RETURN_IF_ERROR(status_);
  std::string bytes = batch.body;
  AppendBatchIdentity(options_.run_id, batches_ + 1, &bytes);
  frame_.resize(sizeof(RecordingFrame));
  if (options_.compress) {
    frame_.resize(sizeof(RecordingFrame) + ZSTD_compressBound(bytes.size()));
    const size_t size = ZSTD_compress(frame_.data() + sizeof(RecordingFrame),
                                      frame_.size() - sizeof(RecordingFrame),
                                      bytes.data(), bytes.size(), kZstdLevel);
    if (ZSTD_isError(size)) {
      return absl::InternalError(
          absl::StrCat("compressing a batch: ", ZSTD_getErrorName(size)));
    }
    frame_.resize(sizeof(RecordingFrame) + size);
  } else {
    frame_.append(bytes);
  }
  const char* payload = frame_.data() + sizeof(RecordingFrame);
  RecordingFrame head;
  head.size = static_cast<uint32_t>(frame_.size() - sizeof(RecordingFrame));
  head.crc32 = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(payload), head.size));
  memcpy(frame_.data(), &head, sizeof(head));
  status_ = WriteBytes(frame_);
  if (status_.ok()) ++batches_;
  return status_;
}

absl::Status RecordingWriter::WriteBytes(const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written =
        write(fd_, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return absl::ErrnoToStatus(
          errno, absl::StrCat("writing the recording ", options_.path));
    }
    done += static_cast<size_t>(written);
  }
  bytes_ += bytes.size();
  return absl::OkStatus();
}

}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0
//
// Writes closed batches to a recording file.

#ifndef EYRIE_COLLECTOR_UPLINK_RECORDING_WRITER_H_
#define EYRIE_COLLECTOR_UPLINK_RECORDING_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "collector/uplink/batch.h"

namespace eyrie::collector {

struct RecordingWriterOptions {
  std::string path;
  bool compress = false;
  uint64_t run_id = 1;
  uint64_t catalog_hash = 0;
};

// Every batch is handed to the kernel at once, so that what was written is
// there even if the collector is killed.
//
// Thread safety: none; one thread.
class RecordingWriter {
 public:
  // Makes the file, or empties it, and writes its header. Readable by its owner
  // alone: arguments and environments may hold secrets.
  static absl::StatusOr<std::unique_ptr<RecordingWriter>> Create(
      const RecordingWriterOptions& options);

  ~RecordingWriter();
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  // Writes `batch` with the recording's run id, numbered from 1. After an error
  // the file ends within a batch, and every further call fails.
  absl::Status Write(const Batch& batch);

  uint64_t batches() const { return batches_; }
  uint64_t bytes() const { return bytes_; }

 private:
  RecordingWriter(const RecordingWriterOptions& options, int fd);

  absl::Status WriteBytes(const std::string& bytes);

  const RecordingWriterOptions options_;
  const int fd_;
  absl::Status status_;
  uint64_t batches_ = 0;
  uint64_t bytes_ = 0;
  std::string frame_;  // reused
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_RECORDING_WRITER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Reads batches from a recording file.

#ifndef EYRIE_COMMON_RECORDING_READER_H_
#define EYRIE_COMMON_RECORDING_READER_H_

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eyrie/v1/event.pb.h"

namespace eyrie {

// Thread safety: none; one thread.
class RecordingReader {
 public:
  // Opens the file and checks its header. kInvalidArgument if it is no
  // recording or of a newer format.
  static absl::StatusOr<std::unique_ptr<RecordingReader>> Open(
      const std::string& path);

  // The next batch as it was recorded.
  //
  // kOutOfRange at the end of the file. kDataLoss, naming the offset and how
  // much before it is good, if the file is cut or damaged there; what was read
  // until then is sound. After either, further calls return the same.
  absl::StatusOr<v1::EventBatch> Next();

  // Of the event catalogue that the records were made by.
  uint64_t catalog_hash() const { return catalog_hash_; }
  // Batches that Next() has returned.
  uint64_t batches() const { return batches_; }

 private:
  RecordingReader(std::string path, std::ifstream file)
      : path_(std::move(path)), file_(std::move(file)) {}

  absl::Status ReadHeader();
  absl::StatusOr<v1::EventBatch> ReadBatch();
  // Reads exactly `size` bytes; false if the file ends before.
  bool ReadExactly(char* bytes, size_t size);
  absl::Status Damaged(absl::string_view what) const;

  const std::string path_;
  std::ifstream file_;
  bool is_compressed_ = false;
  uint64_t catalog_hash_ = 0;
  uint64_t offset_ = 0;  // of the frame that is read
  uint64_t batches_ = 0;
  absl::Status status_;
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_RECORDING_READER_H_

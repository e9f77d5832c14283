// SPDX-License-Identifier: Apache-2.0

#include "common/recording_reader.h"

#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

#include "common/recording_format.h"
#include "common/status_macros.h"

namespace eyrie {

absl::StatusOr<std::unique_ptr<RecordingReader>> RecordingReader::Open(
    const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("opening the recording ", path));
  }
  auto reader = absl::WrapUnique(new RecordingReader(path, std::move(file)));
  EYRIE_RETURN_IF_ERROR(reader->ReadHeader());
  return reader;
}

absl::Status RecordingReader::ReadHeader() {
  RecordingHeader header;
  const bool is_whole =
      ReadExactly(reinterpret_cast<char*>(&header), sizeof(header));
  if (!is_whole ||
      memcmp(header.magic, kRecordingMagic, sizeof(header.magic)) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, " is not a recording of eyrie-collector --record"));
  }
  if (header.version != kRecordingVersion ||
      (header.flags & ~kRecordingZstd) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        path_, " has recording format ", header.version, " with flags ",
        header.flags, ", this version reads ", kRecordingVersion,
        "; use the version that made it, or a newer one"));
  }
  is_compressed_ = (header.flags & kRecordingZstd) != 0;
  catalog_hash_ = header.catalog_hash;
  offset_ = sizeof(header);
  return absl::OkStatus();
}

absl::StatusOr<v1::EventBatch> RecordingReader::Next() {
  EYRIE_RETURN_IF_ERROR(status_);
  absl::StatusOr<v1::EventBatch> batch = ReadBatch();
  status_ = batch.status();
  if (batch.ok()) ++batches_;
  return batch;
}

absl::StatusOr<v1::EventBatch> RecordingReader::ReadBatch() {
  RecordingFrame frame;
  if (!ReadExactly(reinterpret_cast<char*>(&frame), sizeof(frame))) {
    if (file_.gcount() == 0) {
      return absl::OutOfRangeError(absl::StrCat("end of ", path_));
    }
    return Damaged("the file ends within the head of a batch");
  }
  if (frame.size > kMaxRecordingFrame) {
    return Damaged(absl::StrCat("a batch of ", frame.size, " bytes"));
  }
  std::string payload(frame.size, '\0');
  if (!ReadExactly(payload.data(), payload.size())) {
    return Damaged("the file ends within a batch");
  }
  const auto crc = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(payload.data()), frame.size));
  if (crc != frame.crc32) return Damaged("a batch with a wrong checksum");
  if (is_compressed_) {
    std::string plain(kMaxRecordedBatch, '\0');
    const size_t size = ZSTD_decompress(plain.data(), plain.size(),
                                        payload.data(), payload.size());
    if (ZSTD_isError(size)) {
      return Damaged(absl::StrCat("a batch that does not decompress (",
                                  ZSTD_getErrorName(size), ")"));
    }
    plain.resize(size);
    payload = std::move(plain);
  }
  v1::EventBatch batch;
  if (!batch.ParseFromString(payload)) {
    return Damaged("a batch that does not decode");
  }
  offset_ += sizeof(frame) + frame.size;
  return batch;
}

bool RecordingReader::ReadExactly(char* bytes, size_t size) {
  file_.read(bytes, static_cast<std::streamsize>(size));
  return static_cast<size_t>(file_.gcount()) == size;
}

absl::Status RecordingReader::Damaged(absl::string_view what) const {
  return absl::DataLossError(
      absl::StrCat(path_, " is damaged at byte ", offset_, ": ", what, "; the ",
                   batches_, " batches before it are good"));
}

}  // namespace eyrie

// SPDX-License-Identifier: Apache-2.0
//
// Layout of a recording file, described in docs/event_format.md.

#ifndef EYRIE_COMMON_RECORDING_FORMAT_H_
#define EYRIE_COMMON_RECORDING_FORMAT_H_

#include <cstddef>
#include <cstdint>

namespace eyrie {

// All integers are little-endian.
struct RecordingHeader {
  char magic[8];
  uint32_t version;
  uint32_t flags;  // kRecording*
  // Of the event catalogue that the records were made by.
  uint64_t catalog_hash;
  uint64_t reserved;  // 0
};
static_assert(sizeof(RecordingHeader) == 32);

// In front of every batch.
struct RecordingFrame {
  uint32_t size;   // bytes that follow
  uint32_t crc32;  // of these bytes, as in zlib
};
static_assert(sizeof(RecordingFrame) == 8);

inline constexpr char kRecordingMagic[8] = {'E', 'Y', 'R', 'I',
                                            'E', 'R', 'E', 'C'};
inline constexpr uint32_t kRecordingVersion = 1;
// Every frame is one zstd frame.
inline constexpr uint32_t kRecordingZstd = 1 << 0;

// Longest batch, bytes, before it is compressed: a collector's batches are as
// long at most.
inline constexpr size_t kMaxRecordedBatch = 1 << 20;
// A batch that cannot be compressed grows a little.
inline constexpr size_t kMaxRecordingFrame = kMaxRecordedBatch + (16 << 10);

}  // namespace eyrie

#endif  // EYRIE_COMMON_RECORDING_FORMAT_H_

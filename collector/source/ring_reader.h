// SPDX-License-Identifier: Apache-2.0
//
// Reads records out of a BPF ring buffer, without copying them.

#ifndef EYRIE_COLLECTOR_SOURCE_RING_READER_H_
#define EYRIE_COLLECTOR_SOURCE_RING_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "proto/record_view.h"

namespace eyrie::collector {

// The consumer of one BPF_MAP_TYPE_RINGBUF.
//
// Unlike libbpf's, it gives space back when it is told to, so records stay
// where the kernel wrote them until then.
//
// Thread safety: one thread.
class RingReader {
 public:
  // Why Read() ended.
  enum class Stop {
    kEmpty,  // nothing more was there
    kNewer,  // the next record is newer than asked for
    kFull,   // `max_records` were read
    kBusy,   // the next record is being written this moment
  };

  // `map_fd` is borrowed; its size is `size_bytes`. Returns the errno of mmap
  // as a status.
  static absl::StatusOr<std::unique_ptr<RingReader>> Create(int map_fd,
                                                            size_t size_bytes);
  ~RingReader();
  RingReader(const RingReader&) = delete;
  RingReader& operator=(const RingReader&) = delete;

  // Appends to `records` the next ones, up to the first that is newer than
  // `until_ns` (by eyrie_record.time_ns). They stay valid until Release().
  Stop Read(uint64_t until_ns, size_t max_records,
            std::vector<RecordView>* records);

  // Gives the space of everything read back to the kernel.
  void Release();

  // Bytes of the ring that are taken: not read yet, or not released.
  size_t UsedBytes() const;

 private:
  RingReader(size_t size_bytes, size_t page_bytes)
      : size_bytes_(size_bytes), page_bytes_(page_bytes) {}

  const size_t size_bytes_;
  const size_t page_bytes_;
  void* consumer_page_ = nullptr;  // mapped, one page
  void* producer_page_ = nullptr;  // mapped, one page and twice the data
  const char* data_ = nullptr;
  uint64_t position_ = 0;  // read so far
  uint64_t released_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_RING_READER_H_

// SPDX-License-Identifier: Apache-2.0
//
// The kernel's protocol (kernel/bpf/ringbuf.c): page 0 holds the consumer's
// position, page 1 the producer's, both ever growing; the data follows twice in
// a row, so that no record is ever broken at the end. Each record has an 8-byte
// header whose first word is its length, with two flag bits: busy while it is
// written, discard if it shall be skipped.

#include "collector/source/ring_reader.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "proto/record_view.h"

namespace eyrie::collector {
namespace {

template <typename T>
T LoadAcquire(const void* address) {
  return __atomic_load_n(static_cast<const T*>(address), __ATOMIC_ACQUIRE);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RingReader>> RingReader::Create(
    int map_fd, size_t size_bytes) {
  const size_t page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  auto reader = absl::WrapUnique(new RingReader(size_bytes, page_bytes));
  void* consumer =
      mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
  if (consumer == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, "mapping a ring's consumer page");
  }
  reader->consumer_page_ = consumer;
  void* producer = mmap(nullptr, page_bytes + 2 * size_bytes, PROT_READ,
                        MAP_SHARED, map_fd, page_bytes);
  if (producer == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, "mapping a ring's data");
  }
  reader->producer_page_ = producer;
  reader->data_ = static_cast<const char*>(producer) + page_bytes;
  reader->position_ = LoadAcquire<uint64_t>(consumer);
  return reader;
}

RingReader::~RingReader() {
  if (consumer_page_ != nullptr) munmap(consumer_page_, page_bytes_);
  if (producer_page_ != nullptr) {
    munmap(producer_page_, page_bytes_ + 2 * size_bytes_);
  }
}

RingReader::Stop RingReader::Read(uint64_t until_ns, size_t max_records,
                                  std::vector<RecordView>* records) {
  const uint64_t produced = LoadAcquire<uint64_t>(producer_page_);
  for (size_t count = 0; position_ < produced;) {
    const char* header = data_ + (position_ & (size_bytes_ - 1));
    const uint32_t word = LoadAcquire<uint32_t>(header);
    if ((word & BPF_RINGBUF_BUSY_BIT) != 0) return Stop::kBusy;
    const uint32_t length = word & ~BPF_RINGBUF_DISCARD_BIT;
    const uint64_t step = (length + BPF_RINGBUF_HDR_SZ + 7ull) & ~7ull;
    if ((word & BPF_RINGBUF_DISCARD_BIT) == 0) {
      const RecordView record =
          RecordView::Trusted(header + BPF_RINGBUF_HDR_SZ);
      if (record.time_ns() > until_ns) return Stop::kNewer;
      if (count == max_records) return Stop::kFull;
      ++count;
      records->push_back(record);
    }
    position_ += step;
  }
  return Stop::kEmpty;
}

void RingReader::Release() {
  released_ = position_;
  __atomic_store_n(static_cast<uint64_t*>(consumer_page_), position_,
                   __ATOMIC_RELEASE);
}

size_t RingReader::UsedBytes() const {
  return static_cast<size_t>(LoadAcquire<uint64_t>(producer_page_) - released_);
}

}  // namespace eyrie::collector

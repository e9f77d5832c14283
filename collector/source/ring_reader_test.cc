// SPDX-License-Identifier: Apache-2.0

#include "collector/source/ring_reader.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using Stop = RingReader::Stop;
using ::eyrie::testing::RecordBuilder;

constexpr uint64_t kAnyTime = std::numeric_limits<uint64_t>::max();
constexpr size_t kAll = 1000;

// A file laid out as the kernel lays out a ring's memory: the consumer's page,
// the producer's page, and the data twice.
class FakeRing {
 public:
  FakeRing() : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), size_(page_) {
    fd_ = memfd_create("ring", 0);
    EXPECT_EQ(ftruncate(fd_, 2 * page_ + 2 * size_), 0);
    memory_ =
        static_cast<char*>(mmap(nullptr, 2 * page_ + 2 * size_,
                                PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0));
  }
  ~FakeRing() {
    munmap(memory_, 2 * page_ + 2 * size_);
    close(fd_);
  }

  int fd() const { return fd_; }
  size_t size() const { return size_; }
  uint64_t consumed() const { return *Position(0); }

  // Writes a record with `flags` of the ring's header; returns its place.
  uint64_t Add(const std::string& record, uint32_t flags = 0) {
    const uint64_t place = *Position(page_);
    SetHeader(place, static_cast<uint32_t>(record.size()) | flags);
    for (size_t i = 0; i < record.size(); ++i) {
      Put(place + BPF_RINGBUF_HDR_SZ + i, record[i]);
    }
    *Position(page_) += BPF_RINGBUF_HDR_SZ + record.size();
    return place;
  }
  void SetHeader(uint64_t place, uint32_t word) {
    for (int i = 0; i < 4; ++i) {
      Put(place + i, static_cast<char>(word >> (8 * i)));
    }
  }

 private:
  uint64_t* Position(size_t at) const {
    return reinterpret_cast<uint64_t*>(memory_ + at);
  }
  void Put(uint64_t place, char byte) {
    const size_t offset = place % size_;
    memory_[2 * page_ + offset] = byte;
    memory_[2 * page_ + size_ + offset] = byte;
  }

  const size_t page_;
  const size_t size_;
  int fd_;
  char* memory_;
};

std::string RecordAt(uint64_t time_ns) {
  return RecordBuilder("unlink").Time(time_ns).Set("path", "/x").Build();
}

std::vector<uint64_t> Times(const std::vector<RecordView>& records) {
  std::vector<uint64_t> times;
  for (const RecordView& record : records) times.push_back(record.time_ns());
  return times;
}

class RingReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = RingReader::Create(ring_.fd(), ring_.size());
    ASSERT_TRUE(created.ok()) << created.status();
    reader_ = *std::move(created);
  }

  FakeRing ring_;
  std::unique_ptr<RingReader> reader_;
  std::vector<RecordView> records_;
};

TEST_F(RingReaderTest, ReadsEachRecordOnce) {
  EXPECT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kEmpty);
  EXPECT_TRUE(records_.empty());
  ring_.Add(RecordAt(1));
  ring_.Add(RecordAt(2));
  EXPECT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kEmpty);
  EXPECT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kEmpty);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{1, 2}));
}

TEST_F(RingReaderTest, TellsWhatIsTakenUntilItIsReleased) {
  EXPECT_EQ(reader_->UsedBytes(), 0u);
  ring_.Add(RecordAt(1));
  const size_t each = reader_->UsedBytes();
  ring_.Add(RecordAt(2));
  EXPECT_EQ(reader_->UsedBytes(), 2 * each);
  reader_->Read(kAnyTime, 1, &records_);
  EXPECT_EQ(reader_->UsedBytes(), 2 * each);
  reader_->Release();
  EXPECT_EQ(reader_->UsedBytes(), each);
}

TEST_F(RingReaderTest, GivesSpaceBackOnlyWhenTold) {
  ring_.Add(RecordAt(1));
  reader_->Read(kAnyTime, kAll, &records_);
  EXPECT_EQ(ring_.consumed(), 0u);
  reader_->Release();
  EXPECT_EQ(ring_.consumed(), BPF_RINGBUF_HDR_SZ + records_[0].size());
}

TEST_F(RingReaderTest, StopsAtARecordThatIsNewerThanAskedFor) {
  ring_.Add(RecordAt(10));
  ring_.Add(RecordAt(20));
  EXPECT_EQ(reader_->Read(15, kAll, &records_), Stop::kNewer);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{10}));
  EXPECT_EQ(reader_->Read(20, kAll, &records_), Stop::kEmpty);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{10, 20}));
}

TEST_F(RingReaderTest, StopsAtTheLimit) {
  ring_.Add(RecordAt(1));
  ring_.Add(RecordAt(2));
  EXPECT_EQ(reader_->Read(kAnyTime, 1, &records_), Stop::kFull);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{1}));
  EXPECT_EQ(reader_->Read(kAnyTime, 1, &records_), Stop::kEmpty);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{1, 2}));
}

TEST_F(RingReaderTest, WaitsForARecordBeingWritten) {
  const std::string record = RecordAt(1);
  const uint64_t place = ring_.Add(record, BPF_RINGBUF_BUSY_BIT);
  ring_.Add(RecordAt(2));
  EXPECT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kBusy);
  EXPECT_TRUE(records_.empty());
  ring_.SetHeader(place, static_cast<uint32_t>(record.size()));
  EXPECT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kEmpty);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{1, 2}));
}

TEST_F(RingReaderTest, SkipsDiscardedRecords) {
  ring_.Add(RecordAt(1), BPF_RINGBUF_DISCARD_BIT);
  ring_.Add(RecordAt(2));
  EXPECT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kEmpty);
  EXPECT_EQ(Times(records_), (std::vector<uint64_t>{2}));
}

TEST_F(RingReaderTest, ReadsRecordsAcrossTheEndOfTheRing) {
  const std::string record = RecordAt(7);
  // Not a divisor of the ring's size: some record lies across the end.
  ASSERT_NE(ring_.size() % (record.size() + BPF_RINGBUF_HDR_SZ), 0u);
  const size_t rounds = 3 * ring_.size() / record.size();
  for (size_t i = 0; i < rounds; ++i) {
    ring_.Add(record);
    records_.clear();
    ASSERT_EQ(reader_->Read(kAnyTime, kAll, &records_), Stop::kEmpty);
    ASSERT_EQ(records_.size(), 1u) << i;
    EXPECT_EQ(records_[0].raw(), record) << i;
    reader_->Release();
  }
}

TEST(RingReaderCreateTest, SaysWhenItIsNoRing) {
  const auto reader = RingReader::Create(-1, 4096);
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.status().message().substr(0, 32),
            "mapping a ring's consumer page: ");
}

}  // namespace
}  // namespace eyrie::collector

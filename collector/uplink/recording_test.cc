// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "collector/uplink/recording_writer.h"
#include "common/file.h"
#include "common/recording_reader.h"
#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

constexpr size_t kHeaderBytes = 32;

class RecordingTest : public ::testing::TestWithParam<bool> {
 protected:
  RecordingTest() {
    options_.path = absl::StrCat(::testing::TempDir(), "/recording");
    options_.compress = GetParam();
    options_.run_id = 5;
    options_.catalog_hash = 0x1234;
  }

  static Batch MakeBatch(int number) {
    v1::EventBatch message;
    message.set_records(std::string(100 + number, 'r'));
    message.set_clock_offset_ns(number);
    message.add_processes()->set_ppid(number);
    Batch batch;
    batch.body = message.SerializeAsString();
    batch.records = 1;
    return batch;
  }
  // Writes `count` batches; returns the file's bytes.
  std::string Record(int count) {
    auto writer = RecordingWriter::Create(options_);
    EXPECT_OK(writer);
    for (int i = 1; i <= count; ++i) EXPECT_OK((*writer)->Write(MakeBatch(i)));
    EXPECT_EQ((*writer)->batches(), count);
    const std::string bytes = *ReadFile(options_.path, 1 << 30);
    EXPECT_EQ((*writer)->bytes(), bytes.size());
    return bytes;
  }
  void Overwrite(const std::string& bytes) {
    std::ofstream(options_.path, std::ios::binary) << bytes;
  }

  RecordingWriterOptions options_;
};

TEST_P(RecordingTest, ReadsWhatWasWritten) {
  Record(3);
  ASSERT_OK_AND_ASSIGN(const auto reader, RecordingReader::Open(options_.path));
  EXPECT_EQ(reader->catalog_hash(), 0x1234);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::EventBatch batch, reader->Next());
    EXPECT_EQ(batch.run_id(), 5);
    EXPECT_EQ(batch.sequence(), i);
    EXPECT_EQ(batch.records().size(), 100 + i);
    EXPECT_EQ(batch.clock_offset_ns(), i);
    ASSERT_EQ(batch.processes_size(), 1);
    EXPECT_EQ(batch.processes(0).ppid(), i);
  }
  EXPECT_THAT(reader->Next(), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(reader->Next(), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_EQ(reader->batches(), 3);
}

TEST_P(RecordingTest, GoodPartOfACutFileIsRead) {
  const size_t two = Record(2).size();
  const std::string three = Record(3);
  for (size_t size = two; size <= three.size(); ++size) {
    Overwrite(three.substr(0, size));
    ASSERT_OK_AND_ASSIGN(const auto reader,
                         RecordingReader::Open(options_.path));
    EXPECT_OK(reader->Next());
    EXPECT_OK(reader->Next());
    const absl::Status status = reader->Next().status();
    if (size == two) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange));
    } else if (size == three.size()) {
      EXPECT_OK(status);
    } else {
      EXPECT_THAT(
          status,
          StatusIs(absl::StatusCode::kDataLoss,
                   HasSubstr(absl::StrCat("is damaged at byte ", two, ": "))))
          << size;
      EXPECT_THAT(status.message(),
                  HasSubstr("the 2 batches before it are good"));
      EXPECT_THAT(reader->Next(), StatusIs(absl::StatusCode::kDataLoss));
    }
  }
}

TEST_P(RecordingTest, EveryDamagedByteIsNoticed) {
  const std::string good = Record(1);
  for (size_t at = 0; at < good.size(); ++at) {
    // The hash and what is reserved may be anything.
    if (at >= 16 && at < kHeaderBytes) continue;
    std::string bad = good;
    bad[at] ^= 0x40;
    Overwrite(bad);
    const auto reader = RecordingReader::Open(options_.path);
    const absl::Status status =
        reader.ok() ? (*reader)->Next().status() : reader.status();
    EXPECT_THAT(status,
                StatusIs(at < kHeaderBytes ? absl::StatusCode::kInvalidArgument
                                           : absl::StatusCode::kDataLoss))
        << "byte " << at;
  }
}

TEST_P(RecordingTest, HugeFrameIsNotAllocated) {
  std::string bytes = Record(0);
  bytes.append("\xff\xff\xff\xff\0\0\0\0", 8);
  Overwrite(bytes);
  ASSERT_OK_AND_ASSIGN(const auto reader, RecordingReader::Open(options_.path));
  EXPECT_THAT(reader->Next(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("a batch of 4294967295 bytes")));
}

TEST_P(RecordingTest, TellsWhatIsNoRecording) {
  EXPECT_THAT(RecordingReader::Open("/nowhere/x"),
              StatusIs(absl::StatusCode::kNotFound));
  for (const char* text :
       {"", "EYRIEREC", "something else of thirty-two bytes"}) {
    Overwrite(text);
    EXPECT_THAT(RecordingReader::Open(options_.path),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is not a recording")))
        << text;
  }
  std::string newer = Record(0);
  newer[8] = 2;
  Overwrite(newer);
  EXPECT_THAT(RecordingReader::Open(options_.path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("has recording format 2")));
}

TEST_P(RecordingTest, WriterReportsWhatFails) {
  options_.path = "/nowhere/x";
  EXPECT_THAT(RecordingWriter::Create(options_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/x")));
  options_.path = "/dev/full";
  EXPECT_THAT(RecordingWriter::Create(options_),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

INSTANTIATE_TEST_SUITE_P(Compression, RecordingTest, ::testing::Bool());

}  // namespace
}  // namespace eyrie::collector

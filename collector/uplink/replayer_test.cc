// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/replayer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "collector/uplink/recording_writer.h"
#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;
using ::eyrie::testing::StatusIs;

class ReplayerTest : public ::testing::Test {
 protected:
  // Writes `count` batches of two records, `gap` apart.
  void Record(int count, absl::Duration gap = absl::ZeroDuration()) {
    auto writer = RecordingWriter::Create({.path = path_, .run_id = 5});
    ASSERT_OK(writer);
    for (int i = 0; i < count; ++i) {
      const auto time = static_cast<uint64_t>(
          1'000'000'000 + absl::ToInt64Nanoseconds(i * gap));
      v1::EventBatch message;
      message.set_records(RecordBuilder("openat").Time(time).Build() +
                          RecordBuilder("connect").Time(time + 1).Build());
      message.set_clock_offset_ns(1'700'000'000'000'000'000);
      message.add_processes()->set_comm(absl::StrCat("p", i));
      message.add_users()->set_name("someone");
      ASSERT_OK((*writer)->Write(ToBatch(message)));
    }
  }
  absl::Status Replay(Spool* spool, double speed = 0) {
    auto reader = RecordingReader::Open(path_);
    EXPECT_OK(reader);
    Replayer replayer(
        {speed}, reader->get(), spool,
        [this](const Batch& batch) { records_ += batch.records; });
    return replayer.Run(stop_);
  }

  const std::string path_ = absl::StrCat(::testing::TempDir(), "/replay");
  std::atomic<bool> stop_{false};
  uint64_t records_ = 0;
};

TEST_F(ReplayerTest, BatchesGoOutAsTheyWereInANewRun) {
  Record(3);
  Spool spool(/*run_id=*/99, 1 << 20);
  EXPECT_OK(Replay(&spool));
  EXPECT_EQ(records_, 6);
  for (uint64_t i = 1; i <= 3; ++i) {
    const auto batch = spool.Get(i);
    ASSERT_NE(batch, nullptr);
    EXPECT_EQ(batch->records, 2);
    v1::EventBatch message;
    ASSERT_TRUE(message.ParseFromString(batch->bytes));
    EXPECT_EQ(message.run_id(), 99);
    EXPECT_EQ(message.sequence(), i);
    EXPECT_EQ(message.clock_offset_ns(), 1'700'000'000'000'000'000);
    EXPECT_EQ(message.processes(0).comm(), absl::StrCat("p", i - 1));
    EXPECT_EQ(message.users(0).name(), "someone");
  }
  EXPECT_EQ(spool.Get(4), nullptr);
}

TEST_F(ReplayerTest, WaitsForRoomAndLosesNothing) {
  Record(20);
  Spool spool(99, 1500);  // holds very few of them
  std::thread server([&spool] {
    for (uint64_t acked = 0; acked < 20;) {
      if (spool.Get(acked + 1) != nullptr) spool.AckThrough(++acked);
    }
  });
  EXPECT_OK(Replay(&spool));
  server.join();
  EXPECT_EQ(spool.stats().last_sequence, 20);
  EXPECT_EQ(spool.stats().refused_batches, 0);
}

TEST_F(ReplayerTest, SpeedScalesTheTimesBetweenBatches) {
  Record(5, absl::Seconds(1));
  Spool spool(99, 1 << 20);
  const absl::Time begin = absl::Now();
  EXPECT_OK(Replay(&spool, /*speed=*/100));
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(40));
  EXPECT_EQ(spool.stats().last_sequence, 5);
}

TEST_F(ReplayerTest, StopEndsAWait) {
  Record(2, absl::Hours(10));
  Spool spool(99, 1 << 20);
  std::thread stopper([this, &spool] {
    while (spool.empty()) {
    }
    stop_ = true;
  });
  EXPECT_OK(Replay(&spool, /*speed=*/1));
  stopper.join();
  EXPECT_EQ(spool.stats().last_sequence, 1);
}

TEST_F(ReplayerTest, DamagedRecordingGivesItsGoodPart) {
  Record(3);
  ASSERT_EQ(truncate(path_.c_str(), 1000), 0);
  Spool spool(99, 1 << 20);
  EXPECT_THAT(Replay(&spool), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_GT(spool.stats().last_sequence, 0);
  EXPECT_LT(spool.stats().last_sequence, 3);
}

}  // namespace
}  // namespace eyrie::collector

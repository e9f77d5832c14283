// SPDX-License-Identifier: Apache-2.0

#include "collector/pipeline.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eyrie/v1/event.pb.h"

#include "collector/source/fake_event_source.h"
#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;
using ::eyrie::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kMillisecond = 1'000'000;

class FakeNodeClock : public NodeClock {
 public:
  uint64_t BootNs() const override { return now_ns; }
  int64_t OffsetNs() const override { return offset_ns; }
  void SleepFor(absl::Duration duration) const override { slept += duration; }

  mutable absl::Duration slept;
  uint64_t now_ns = 10'000'000'000;
  int64_t offset_ns = 1'700'000'000'000'000'000;
};

class PipelineTest : public ::testing::Test {
 protected:
  Pipeline& pipeline() {
    if (pipeline_ == nullptr) {
      PipelineDeps deps;
      deps.source = &source_;
      deps.clock = &clock_;
      deps.proc = nullptr;
      deps.spool = &spool_;
      deps.is_connected = [this] { return is_connected_; };
      deps.on_closed = [this](const Batch& batch) {
        closed_records_ += batch.records;
      };
      deps.on_spooled = [this] { ++spooled_; };
      pipeline_ = std::make_unique<Pipeline>(PipelineOptions(), deps);
    }
    return *pipeline_;
  }
  // One round with these records.
  void Run(std::vector<std::string> records) {
    source_.Push(std::move(records));
    ASSERT_OK(pipeline().RunOnce());
  }
  v1::EventBatch Spooled(uint64_t sequence) {
    v1::EventBatch message;
    const auto batch = spool_.Get(sequence);
    EXPECT_NE(batch, nullptr) << sequence;
    if (batch != nullptr) {
      EXPECT_TRUE(message.ParseFromString(batch->bytes));
    }
    return message;
  }

  FakeEventSource source_;
  FakeNodeClock clock_;
  Spool spool_{/*run_id=*/1, 64 << 20};
  bool is_connected_ = true;
  uint64_t closed_records_ = 0;
  int spooled_ = 0;
  std::unique_ptr<Pipeline> pipeline_;
};

std::string Record(absl::string_view type) {
  return RecordBuilder(type).Build();
}

TEST_F(PipelineTest, IdleUplinkGetsTheBatchAtOnce) {
  Run({Record("openat"), Record("connect")});
  EXPECT_EQ(spooled_, 1);
  EXPECT_EQ(closed_records_, 2);
  const v1::EventBatch batch = Spooled(1);
  EXPECT_EQ(batch.record_count(), 2);
  EXPECT_EQ(batch.clock_offset_ns(), clock_.offset_ns);
  EXPECT_EQ(batch.processes_size(), 1);
}

TEST_F(PipelineTest, RecordsGatherWhileAcknowledgementsAreAwaited) {
  Run({Record("openat")});
  EXPECT_EQ(spooled_, 1);
  for (int i = 0; i < 5; ++i) {
    Run({Record("openat")});
    clock_.now_ns += 2 * kMillisecond;
  }
  EXPECT_EQ(spooled_, 1) << "not yet 10 ms old";
  Run({Record("openat")});
  EXPECT_EQ(spooled_, 2);
  EXPECT_EQ(Spooled(2).record_count(), 6);

  Run({Record("openat")});
  spool_.AckThrough(2);
  Run({});
  EXPECT_EQ(spooled_, 3) << "the acknowledgement sets it free";
}

TEST_F(PipelineTest, PollsAreApartWhileThereAreRecords) {
  Run({Record("openat")});
  EXPECT_EQ(clock_.slept, absl::ZeroDuration());
  clock_.now_ns += kMillisecond / 4;
  Run({});
  EXPECT_EQ(clock_.slept, absl::Microseconds(1750));
  clock_.now_ns += 2 * kMillisecond;
  Run({});
  EXPECT_EQ(clock_.slept, absl::Microseconds(1750)) << "nothing came";

  Run(std::vector<std::string>(Pipeline::kLargePoll, Record("openat")));
  Run({Record("task")});
  Run({});
  EXPECT_EQ(clock_.slept, absl::Microseconds(1750)) << "there is more";
}

TEST_F(PipelineTest, BatchesAreLargerWithoutAServer) {
  is_connected_ = false;
  for (int i = 0; i < 250; ++i) {
    Run({Record("openat")});
    EXPECT_EQ(spooled_, 0) << i;
    clock_.now_ns += kMillisecond;
  }
  Run({Record("openat")});
  EXPECT_EQ(spooled_, 1);
  EXPECT_EQ(Spooled(1).record_count(), 251);

  Run({Record("openat")});
  EXPECT_EQ(spooled_, 1);
  is_connected_ = true;
  spool_.AckThrough(1);
  Run({});
  EXPECT_EQ(spooled_, 2) << "at once when there is one";
}

TEST_F(PipelineTest, OnlyWantedTypesAreSentButAllAreLearntFrom) {
  ASSERT_OK(pipeline().SetEventTypes({"openat", "execve"}));
  EXPECT_THAT(source_.event_types(),
              ElementsAre(EYRIE_EVENT_openat, EYRIE_EVENT_execve));
  Run({RecordBuilder("task")
           .Process(7)
           .Parent(0)
           .Set("comm", "daemon")
           .Set("exe", "/bin/daemon")
           .Comm("daemon")
           .Build(),
       Record("connect"),
       RecordBuilder("openat").Process(7).Comm("daemon").Build(),
       RecordBuilder("procexit").Process(8).Build()});
  const v1::EventBatch batch = Spooled(1);
  EXPECT_EQ(batch.record_count(), 1);
  ASSERT_EQ(batch.processes_size(), 1);
  EXPECT_EQ(batch.processes(0).exe(), "/bin/daemon");
}

TEST_F(PipelineTest, SnapshotIsNeverSent) {
  Run({Record("task")});
  EXPECT_EQ(spooled_, 0) << "not even before the first configuration";
}

TEST_F(PipelineTest, RefusesTypesItDoesNotKnow) {
  ASSERT_OK(pipeline().SetEventTypes({"openat"}));
  EXPECT_THAT(pipeline().SetEventTypes({"connect", "frobnicate", "teleport"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("unknown event types \"frobnicate\", "
                                 "\"teleport\"")));
  EXPECT_THAT(source_.event_types(), ElementsAre(EYRIE_EVENT_openat));
  source_.FailSetEventTypes(absl::InternalError("no"));
  EXPECT_THAT(pipeline().SetEventTypes({"connect"}),
              StatusIs(absl::StatusCode::kInternal));
  Run({Record("connect")});
  EXPECT_EQ(spooled_, 0) << "the old configuration stays";
}

TEST_F(PipelineTest, FullBatchIsClosedAndNothingIsLost) {
  std::vector<std::string> records;
  const std::string record =
      RecordBuilder("openat").Set("name", std::string(4000, 'x')).Build();
  for (int i = 0; i < 1000; ++i) records.push_back(record);
  Run(records);
  pipeline().Flush();
  EXPECT_GE(spooled_, 4);
  EXPECT_EQ(closed_records_, 1000);
  EXPECT_EQ(spool_.stats().records, 1000);
}

TEST_F(PipelineTest, ErrorsOfTheSourceArePassedOn) {
  source_.End();
  EXPECT_THAT(pipeline().RunOnce(), StatusIs(absl::StatusCode::kOutOfRange));
  source_.End(absl::InternalError("broken"));
  EXPECT_THAT(pipeline().RunOnce(), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(PipelineTest, OffsetFollowsTheClockButNotItsNoise) {
  const int64_t offset = clock_.offset_ns;
  const std::map<int64_t, int64_t> told = {
      {offset + 50'000, offset},
      {offset + 100'000, offset},
      {offset + 100'001, offset + 100'001},
  };
  Run({Record("openat")});
  uint64_t sequence = 1;
  for (const auto& [measured, expected] : told) {
    spool_.AckThrough(sequence);
    clock_.offset_ns = measured;
    Run({Record("openat")});
    EXPECT_EQ(Spooled(++sequence).clock_offset_ns(), expected) << measured;
  }
}

TEST_F(PipelineTest, StepOfTheClockMovesOnlyTheOffsetOfLaterBatches) {
  constexpr int64_t kHour = 3'600'000'000'000;
  const int64_t before = clock_.offset_ns;
  std::vector<int64_t> wall_times;
  std::vector<uint64_t> boot_times;
  // The time of day is set an hour ahead, then two back.
  for (const int64_t offset : {before, before + kHour, before - kHour}) {
    clock_.offset_ns = offset;
    clock_.now_ns += 10 * kMillisecond;
    boot_times.push_back(clock_.now_ns);
    Run({RecordBuilder("openat").Time(clock_.now_ns).Build()});
    wall_times.push_back(static_cast<int64_t>(clock_.now_ns) + offset);
    pipeline().Flush();
  }
  ASSERT_EQ(spooled_, 3);
  for (size_t i = 0; i < boot_times.size(); ++i) {
    const v1::EventBatch batch = Spooled(i + 1);
    ASSERT_EQ(batch.record_count(), 1) << i;
    const auto record = RecordView::Check(batch.records());
    ASSERT_OK(record.status());
    EXPECT_EQ(record->time_ns(), boot_times[i]) << "order stays";
    EXPECT_EQ(static_cast<int64_t>(record->time_ns()) + batch.clock_offset_ns(),
              wall_times[i])
        << "the time of day as it was then, " << i;
  }
}

TEST_F(PipelineTest, CountsWhatItDoes) {
  Run({Record("openat"), Record("openat"), Record("task")});
  pipeline().Flush();
  const PipelineStats stats = pipeline().stats();
  EXPECT_EQ(stats.records, 2);
  EXPECT_EQ(stats.batches, 1);
  EXPECT_GT(stats.batch_bytes, 0);
  EXPECT_THAT(
      stats.read_by_type,
      ElementsAre(std::pair<uint16_t, uint64_t>(EYRIE_EVENT_task, 1),
                  std::pair<uint16_t, uint64_t>(EYRIE_EVENT_openat, 2)));
  EXPECT_EQ(stats.processes.images, 1);
}

TEST_F(PipelineTest, ForgetsEndedProcesses) {
  Run({RecordBuilder("procexit")
           .Process(8)
           .Time(clock_.now_ns)
           .Set("group_dead", 1)
           .Build()});
  pipeline().Flush();
  EXPECT_EQ(pipeline().stats().processes.images, 1);
  clock_.now_ns += 32'000 * kMillisecond;
  Run({});
  pipeline().Flush();
  EXPECT_EQ(pipeline().stats().processes.images, 0);
}

}  // namespace
}  // namespace eyrie::collector

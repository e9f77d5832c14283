// SPDX-License-Identifier: Apache-2.0

#include "collector/pipeline.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "eyrie/v1/event.pb.h"

#include "collector/enrich/testing/fake_container_directory.h"
#include "collector/source/fake_event_source.h"
#include "common/testing/status_matchers.h"
#include "proto/event_catalog.h"
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
      deps.containers = &containers_;
      deps.spool = &spool_;
      deps.is_connected = [this] { return is_connected_; };
      deps.on_closed = [this](const Batch& batch) {
        closed_records_ += batch.records;
      };
      deps.on_spooled = [this] { ++spooled_; };
      pipeline_ = std::make_unique<Pipeline>(options_, deps);
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

  PipelineOptions options_;
  FakeContainerDirectory containers_;
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

TEST_F(PipelineTest, OnlyChosenEnvironmentVariablesLeaveTheNode) {
  options_.environment = EnvFilter({"LD_*"});
  Run({RecordBuilder("execve")
           .Process(5)
           .Result(0)
           .SetStrings("env", {"TOKEN=secret", "LD_PRELOAD=x"})
           .Build()});
  const auto batch = spool_.Get(1);
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->bytes.find("secret"), std::string::npos);
  EXPECT_EQ(Spooled(1).processes(0).env(), std::string("LD_PRELOAD=x\0", 13));
}

// ---- containers
// --------------------------------------------------------------

// A process whose exec tells its cgroup's path.
std::string Exec(uint32_t pid, uint64_t cgroup_id, absl::string_view path) {
  return RecordBuilder("execve")
      .Process(pid)
      .CgroupId(cgroup_id)
      .Result(0)
      .Set("cgroup", path)
      .Build();
}

std::string OpenBy(uint32_t pid, uint64_t cgroup_id, absl::string_view name) {
  return RecordBuilder("openat")
      .Process(pid)
      .CgroupId(cgroup_id)
      .Set("name", name)
      .Build();
}

class ContainerPipelineTest : public PipelineTest {
 protected:
  // Everything that was spooled so far, in order, as type and process.
  std::vector<std::string> AllSpooled() {
    std::vector<std::string> all;
    for (int i = 1; i <= spooled_; ++i) {
      const v1::EventBatch batch = Spooled(i);
      absl::string_view rest = batch.records();
      while (!rest.empty()) {
        const RecordView record = RecordView::Trusted(rest.data());
        rest.remove_prefix(record.size());
        all.push_back(absl::StrCat(FindEvent(record.type())->name, " ",
                                   record.process().pid));
      }
    }
    return all;
  }
  // What the last batch says of container "abc".
  v1::Container LastContainer() {
    const v1::EventBatch batch = Spooled(spooled_);
    EXPECT_EQ(batch.containers_size(), 1);
    return batch.containers_size() == 0 ? v1::Container() : batch.containers(0);
  }
};

TEST_F(ContainerPipelineTest, RecordsWaitForTheRuntimeAndKeepTheirOrder) {
  Run({Exec(5, 8, "/c/abc"), OpenBy(5, 8, "x"), Exec(6, 9, "/host")});
  EXPECT_THAT(AllSpooled(), ElementsAre("execve 6")) << "the host waits not";
  Run({OpenBy(5, 8, "y"), OpenBy(6, 9, "z")});
  clock_.now_ns += 20 * kMillisecond;
  Run({});
  EXPECT_THAT(AllSpooled(), ElementsAre("execve 6", "openat 6"));

  containers_.Add("abc", "web");
  Run({OpenBy(5, 8, "last")});
  clock_.now_ns += 20 * kMillisecond;
  Run({});
  EXPECT_THAT(AllSpooled(), ElementsAre("execve 6", "openat 6", "execve 5",
                                        "openat 5", "openat 5", "openat 5"));
  pipeline().Flush();
  EXPECT_EQ(pipeline().stats().hold_back.records, 0);
  EXPECT_EQ(pipeline().stats().hold_back.held, 3);
  EXPECT_EQ(pipeline().stats().cgroups.late_containers, 0);
}

TEST_F(ContainerPipelineTest, ReleasedRecordsBringTheirContainer) {
  Run({Exec(5, 8, "/c/abc"), OpenBy(5, 8, "x")});
  EXPECT_EQ(spooled_, 0);
  containers_.Add("abc", "web");
  clock_.now_ns += 5 * kMillisecond;
  Run({OpenBy(5, 8, "y")});
  ASSERT_EQ(spooled_, 1);
  EXPECT_THAT(AllSpooled(), ElementsAre("execve 5", "openat 5", "openat 5"));
  const v1::Container container = LastContainer();
  EXPECT_EQ(container.name(), "web");
  EXPECT_EQ(Spooled(1).cgroups(0).container_id(), "abc");
  EXPECT_EQ(Spooled(1).processes_size(), 1);
}

TEST_F(ContainerPipelineTest, RuntimeThatNeverAnswersCostsTheWaitOnce) {
  Run({Exec(5, 8, "/c/abc")});
  clock_.now_ns += 1999 * kMillisecond;
  Run({});
  EXPECT_EQ(spooled_, 0);
  clock_.now_ns += kMillisecond;
  Run({});
  ASSERT_EQ(spooled_, 1);
  EXPECT_EQ(LastContainer().metadata(), v1::Container::LATE);
  spool_.AckThrough(1);
  clock_.now_ns += 100 * kMillisecond;
  Run({OpenBy(5, 8, "x")});
  EXPECT_EQ(spooled_, 2) << "waited for it once";
  EXPECT_EQ(pipeline().stats().cgroups.late_containers, 1);

  containers_.Add("abc", "web");
  spool_.AckThrough(2);
  clock_.now_ns += 100 * kMillisecond;
  Run({OpenBy(5, 8, "x")});
  EXPECT_EQ(LastContainer().name(), "web");
}

TEST_F(ContainerPipelineTest, TooManyWaitingBytesGoAsTheyAre) {
  options_.max_held_bytes = 4096;
  Run({Exec(7, 9, "/c/small"), Exec(5, 8, "/c/abc")});
  EXPECT_EQ(closed_records_, 0);
  for (int i = 0; closed_records_ == 0 && i < 100; ++i) {
    Run({OpenBy(5, 8, "x")});
  }
  EXPECT_GT(closed_records_, 3);
  EXPECT_EQ(AllSpooled().front(), "execve 5") << "the container with most";
  EXPECT_EQ(LastContainer().metadata(), v1::Container::LATE);
  const uint64_t closed = closed_records_;
  pipeline().Flush();
  EXPECT_EQ(closed_records_, closed + 1) << "the other was waiting still";
}

TEST_F(ContainerPipelineTest, EndOfTheRunLosesNothingThatWaits) {
  Run({Exec(5, 8, "/c/abc"), OpenBy(5, 8, "x")});
  EXPECT_EQ(spooled_, 0);
  pipeline().Flush();
  EXPECT_EQ(closed_records_, 2);
}

// The image of a record may be forgotten while the record waits.
TEST_F(ContainerPipelineTest, RecordOfAForgottenProcessIsKept) {
  options_.processes.max_images = 2;
  Run({Exec(5, 8, "/c/abc")});
  Run({Exec(6, 9, "/host"), Exec(7, 9, "/host"), Exec(8, 9, "/host")});
  containers_.Add("abc", "web");
  clock_.now_ns += 50 * kMillisecond;
  Run({});
  pipeline().Flush();
  EXPECT_EQ(AllSpooled().back(), "execve 5");
  EXPECT_EQ(Spooled(spooled_).processes(0).key().pid(), 5);
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/incident_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

#include "common/clock.h"
#include "common/proto_time.h"
#include "common/testing/status_matchers.h"
#include "server/incidents/fingerprint.h"
#include "server/incidents/forwarding_store.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/testing/consistency.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using testing::CheckConsistency;
using testing::DetectionFacts;
using ::testing::HasSubstr;
using testing::SampleDetection;
using testing::SampleTime;
using testing::StoreContent;
using Request = v1::UpdateIncidentRequest;

// A store whose commits a test can watch, hold up and fail.
class TestedStore : public testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  absl::Status WriteCommit(const Commit& commit) override {
    {
      absl::MutexLock lock(&mutex_);
      ++attempts_;
      mutex_.Await(absl::Condition(&is_open_));
      if (failures_ != 0) {
        if (failures_ > 0) --failures_;
        return error_;
      }
      commit_sizes_.push_back(commit.acks.size());
    }
    return ForwardingStore::WriteCommit(commit);
  }

  // Holds commits up from now on, or lets them go.
  void SetOpen(bool is_open) {
    absl::MutexLock lock(&mutex_);
    is_open_ = is_open;
  }
  // Fails the next `count` commits; -1: all.
  void FailCommits(int count, absl::Status error) {
    absl::MutexLock lock(&mutex_);
    failures_ = count;
    error_ = std::move(error);
  }
  // Waits until so many commits were attempted.
  void AwaitAttempts(int count) {
    absl::MutexLock lock(&mutex_);
    const auto is_done = [this, count] { return attempts_ >= count; };
    mutex_.Await(absl::Condition(&is_done));
  }
  int attempts() {
    absl::MutexLock lock(&mutex_);
    return attempts_;
  }
  // Acks in each commit.
  std::vector<size_t> commit_sizes() {
    absl::MutexLock lock(&mutex_);
    return commit_sizes_;
  }

 private:
  absl::Mutex mutex_;
  bool is_open_ = true;
  int failures_ = 0;
  int attempts_ = 0;
  absl::Status error_;
  std::vector<size_t> commit_sizes_;
};

class IncidentWriterTest : public ::testing::Test {
 protected:
  IncidentWriterTest() {
    options_.stats = &stats_;
    options_.min_retry_delay = absl::Milliseconds(1);
    options_.max_retry_delay = absl::Milliseconds(2);
    Start();
  }

  // Starts store and writer, or starts them again.
  void Start() {
    writer_.reset();
    store_.reset();
    real_.reset();
    auto store = RocksDbStore::Open(
        {.directory = scratch_.Path("db"), .clock = &clock_});
    ASSERT_THAT(store, IsOk());
    real_ = *std::move(store);
    store_ = std::make_unique<TestedStore>(real_.get());
    StartWriter();
  }
  void StartWriter() {
    writer_.reset();
    writer_ = std::make_unique<IncidentWriter>(store_.get(), &hub_, &clock_,
                                               options_);
  }

  // A batch of run 7 of node n1.
  static JudgedBatch Batch(uint64_t sequence,
                           std::vector<v1::Detection> detections = {}) {
    JudgedBatch batch;
    batch.ack = {"n1", 7, sequence};
    batch.detections = std::move(detections);
    return batch;
  }

  // Submits and waits until it is done.
  absl::Status SubmitAndWait(JudgedBatch batch) {
    absl::Notification done;
    absl::Status result;
    batch.done = [&](const absl::Status& status) {
      result = status;
      done.Notify();
    };
    writer_->Submit(std::move(batch));
    done.WaitForNotification();
    return result;
  }

  // The only incident.
  v1::Incident OnlyIncident() {
    const auto page = real_->ListIncidents({}, 10, "");
    EXPECT_THAT(page, IsOk());
    if (!page.ok() || page->items.size() != 1) {
      ADD_FAILURE() << "not one incident";
      return {};
    }
    return page->items[0];
  }

  absl::StatusOr<v1::Incident> Update(const std::string& id,
                                      Request::Action action) {
    Request request;
    request.set_id(id);
    request.set_action(action);
    return writer_->Update(request);
  }

  // Stops everything.
  StoreContent Content() {
    writer_.reset();
    store_.reset();
    real_.reset();
    auto content = CheckConsistency(scratch_.Path("db"));
    EXPECT_THAT(content, IsOk());
    return content.ok() ? *std::move(content) : StoreContent();
  }

  const testing::ScratchDirectory scratch_;
  SimulatedClock clock_{SampleTime()};
  WatchHub hub_{1};
  IncidentWriterStats stats_;
  IncidentWriterOptions options_;
  std::unique_ptr<Store> real_;
  std::unique_ptr<TestedStore> store_;
  std::unique_ptr<IncidentWriter> writer_;
};

TEST_F(IncidentWriterTest, OpensAnIncidentForADetection) {
  const v1::Detection detection = SampleDetection({.number = 1});
  ASSERT_OK(SubmitAndWait(Batch(1, {detection})));
  const v1::Incident incident = OnlyIncident();
  EXPECT_EQ(incident.rule(), detection.rule());
  EXPECT_EQ(incident.priority(), v1::WARNING);
  EXPECT_EQ(incident.source(), "syscall");
  EXPECT_EQ(incident.tags(0), "filesystem");
  EXPECT_EQ(incident.node(), "n1");
  EXPECT_EQ(incident.container_id(), "host");
  EXPECT_EQ(incident.state(), v1::Incident::OPEN);
  EXPECT_EQ(incident.count(), 1u);
  EXPECT_EQ(incident.summary(), detection.output());
  EXPECT_EQ(FromProtoTime(incident.first_seen()), SampleTime());
  EXPECT_EQ(FromProtoTime(incident.update_time()), SampleTime());
  EXPECT_EQ(incident.etag(), "1");
  ASSERT_EQ(incident.lineage_size(), 3);
  EXPECT_EQ(incident.lineage(0), "cat");
  EXPECT_EQ(incident.lineage(2), "systemd");
  ASSERT_OK_AND_ASSIGN(const auto page,
                       real_->ListDetections({}, incident.id(), 10, ""));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].id(), detection.id());
  EXPECT_THAT(real_->AckedSequence("n1", 7), IsOkAndHolds(1u));
}

TEST_F(IncidentWriterTest, GroupsByFingerprintWithinAndAcrossBatches) {
  ASSERT_OK(SubmitAndWait(Batch(
      1, {SampleDetection({.number = 1, .time = SampleTime()}),
          SampleDetection({.number = 2, .time = SampleTime() - absl::Hours(1)}),
          SampleDetection({.number = 3, .node = "n2"})})));
  ASSERT_OK(SubmitAndWait(
      Batch(2, {SampleDetection(
                   {.number = 4, .time = SampleTime() + absl::Hours(1)})})));
  const StoreContent content = Content();
  ASSERT_EQ(content.incidents.size(), 2u);
  EXPECT_EQ(stats_.incidents_opened, 2u);
  EXPECT_EQ(stats_.incidents_continued, 1u);
  for (const auto& [id, incident] : content.incidents) {
    if (incident.node() == "n2") continue;
    EXPECT_EQ(incident.count(), 3u);
    EXPECT_EQ(FromProtoTime(incident.first_seen()),
              SampleTime() - absl::Hours(1));
    EXPECT_EQ(FromProtoTime(incident.last_seen()),
              SampleTime() + absl::Hours(1));
    EXPECT_EQ(incident.summary(), SampleDetection({.number = 1}).output());
    EXPECT_EQ(incident.etag(), "2");  // one for each commit
  }
}

v1::Detection InDeployment(const DetectionFacts& facts) {
  v1::Detection detection = SampleDetection(facts);
  v1::Workload& workload = *detection.mutable_workload();
  workload.set_namespace_("shop");
  workload.set_kind("Deployment");
  workload.set_name("web");
  workload.set_pod(absl::StrCat("web-", facts.number));
  workload.set_image("nginx:1");
  // More than are indexed.
  for (int i = 0; i < 20; ++i) {
    (*workload.mutable_labels())[absl::StrCat("l", i)] = "x";
  }
  return detection;
}

TEST_F(IncidentWriterTest, ReplicasOfAWorkloadAreOneIncident) {
  std::vector<v1::Detection> detections;
  for (uint64_t i = 1; i <= 10; ++i) {
    detections.push_back(InDeployment({.number = i,
                                       .node = absl::StrCat("n", i),
                                       .container_id = absl::StrCat("c", i)}));
  }
  ASSERT_OK(SubmitAndWait(Batch(1, detections)));
  const v1::Incident incident = OnlyIncident();
  EXPECT_EQ(incident.count(), 10u);
  EXPECT_EQ(incident.node(), "n1");
  EXPECT_EQ(incident.workload().pod(), "web-1");
  EXPECT_FALSE(incident.has_missing_metadata());
  EXPECT_EQ(Content().detections.size(), 10u);
}

TEST_F(IncidentWriterTest, LearnsTheWorkloadFromALaterDetection) {
  v1::Detection late = SampleDetection({.number = 1, .container_id = "c1"});
  late.mutable_workload()->set_namespace_("");
  late.add_missing_metadata("container");
  ASSERT_OK(SubmitAndWait(Batch(1, {late})));
  EXPECT_TRUE(OnlyIncident().has_missing_metadata());
  v1::Detection complete = SampleDetection({.number = 2, .container_id = "c1"});
  complete.mutable_workload()->set_image("nginx:1");
  ASSERT_OK(SubmitAndWait(Batch(2, {complete})));
  EXPECT_EQ(OnlyIncident().workload().image(), "nginx:1");
  EXPECT_TRUE(OnlyIncident().has_missing_metadata());
  EXPECT_EQ(Content().incidents.size(), 1u);
}

TEST_F(IncidentWriterTest, ContinuesAnIncidentAfterARestart) {
  ASSERT_OK(SubmitAndWait(Batch(1, {SampleDetection({.number = 1})})));
  Start();
  ASSERT_OK(SubmitAndWait(Batch(2, {SampleDetection({.number = 2})})));
  EXPECT_EQ(OnlyIncident().count(), 2u);
}

TEST_F(IncidentWriterTest, TakesTheMoreSeverePriority) {
  ASSERT_OK(SubmitAndWait(
      Batch(1, {SampleDetection({.number = 1, .priority = v1::NOTICE}),
                SampleDetection({.number = 2, .priority = v1::CRITICAL}),
                SampleDetection({.number = 3, .priority = v1::WARNING})})));
  EXPECT_EQ(OnlyIncident().priority(), v1::CRITICAL);
}

TEST_F(IncidentWriterTest, CutsALongSummaryAtACharacter) {
  v1::Detection detection = SampleDetection({.number = 1});
  std::string output(1023, 'x');
  output += "\xC3\xA9 and more";  // the character straddles the limit
  detection.set_output(output);
  ASSERT_OK(SubmitAndWait(Batch(1, {detection})));
  EXPECT_EQ(OnlyIncident().summary(), std::string(1023, 'x'));
}

TEST_F(IncidentWriterTest, IgnoresBatchesThatAreDurable) {
  ASSERT_OK(SubmitAndWait(Batch(5, {SampleDetection({.number = 1})})));
  // The same, an older one, and both again after a restart.
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(SubmitAndWait(Batch(5, {SampleDetection({.number = 1})})));
    ASSERT_OK(SubmitAndWait(Batch(4, {SampleDetection({.number = 2})})));
    Start();
  }
  EXPECT_EQ(OnlyIncident().count(), 1u);
  EXPECT_EQ(stats_.batches, 1u);
  EXPECT_EQ(stats_.duplicate_batches, 4u);
  // Another run counts from the start again.
  JudgedBatch other = Batch(1, {SampleDetection({.number = 3})});
  other.ack->run_id = 8;
  ASSERT_OK(SubmitAndWait(std::move(other)));
  EXPECT_EQ(OnlyIncident().count(), 2u);
}

TEST_F(IncidentWriterTest, CountsADetectionOnceWithoutItsAck) {
  ASSERT_OK(SubmitAndWait(Batch(
      1, {SampleDetection({.number = 1}), SampleDetection({.number = 1})})));
  ASSERT_OK(SubmitAndWait(Batch(
      2, {SampleDetection({.number = 1}), SampleDetection({.number = 2})})));
  EXPECT_EQ(OnlyIncident().count(), 2u);
  EXPECT_EQ(stats_.duplicate_detections, 2u);
}

TEST_F(IncidentWriterTest, GivesIdsToDetectionsWithoutOne) {
  v1::Detection detection = SampleDetection({.number = 1});
  const std::string id = detection.id();
  detection.clear_id();
  ASSERT_OK(SubmitAndWait(Batch(1, {detection})));
  EXPECT_THAT(real_->HasDetection(id), IsOkAndHolds(true));
}

TEST_F(IncidentWriterTest, OpensANewIncidentAfterResolution) {
  ASSERT_OK(SubmitAndWait(Batch(1, {SampleDetection({.number = 1})})));
  const v1::Incident first = OnlyIncident();
  ASSERT_OK(Update(first.id(), Request::RESOLVE));
  ASSERT_OK(SubmitAndWait(Batch(2, {SampleDetection({.number = 2})})));
  ASSERT_OK_AND_ASSIGN(const auto live,
                       real_->FindLiveIncident(first.fingerprint()));
  ASSERT_TRUE(live.has_value());
  EXPECT_NE(live->id(), first.id());
  EXPECT_EQ(live->count(), 1u);
  EXPECT_THAT(Update(first.id(), Request::REOPEN),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr(absl::StrCat("cannot be reopened: incident ",
                                              live->id()))));
  ASSERT_OK(Update(live->id(), Request::RESOLVE));
  ASSERT_OK(Update(first.id(), Request::REOPEN));
  ASSERT_OK(SubmitAndWait(Batch(3, {SampleDetection({.number = 3})})));
  ASSERT_OK_AND_ASSIGN(const v1::Incident reopened,
                       real_->GetIncident(first.id()));
  EXPECT_EQ(reopened.count(), 2u);
  Content();
}

TEST_F(IncidentWriterTest, UpdatesByPrefixAndKeepsWhatFollows) {
  ASSERT_OK(SubmitAndWait(Batch(1, {SampleDetection({.number = 1})})));
  const std::string id = OnlyIncident().id();
  ASSERT_OK_AND_ASSIGN(const v1::Incident updated,
                       Update(id.substr(0, 8), Request::ACKNOWLEDGE));
  EXPECT_EQ(updated.state(), v1::Incident::ACKNOWLEDGED);
  EXPECT_EQ(updated.etag(), "2");
  ASSERT_OK(SubmitAndWait(Batch(2, {SampleDetection({.number = 2})})));
  const v1::Incident incident = OnlyIncident();
  EXPECT_EQ(incident.state(), v1::Incident::ACKNOWLEDGED);
  EXPECT_EQ(incident.count(), 2u);
  EXPECT_EQ(stats_.incidents_updated, 1u);
  EXPECT_THAT(Update(std::string(32, '0'), Request::RESOLVE),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Update("abc", Request::RESOLVE),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(IncidentWriterTest, TellsWatchersOncePerIncidentAndCommit) {
  std::string token;
  uint64_t dropped = 0;
  ASSERT_OK(hub_.Next(token, 10, absl::InfinitePast(), &dropped));
  ASSERT_OK(SubmitAndWait(
      Batch(1, {SampleDetection({.number = 1}), SampleDetection({.number = 2}),
                SampleDetection({.number = 3, .node = "n2"})})));
  ASSERT_OK(Update(real_->ListIncidents({}, 10, "")->items[0].id(),
                   Request::ACKNOWLEDGE));
  ASSERT_OK_AND_ASSIGN(const auto changes,
                       hub_.Next(token, 10, absl::InfinitePast(), &dropped));
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0]->incident.count(), 2u);
  EXPECT_EQ(changes[0]->detection->id(), SampleDetection({.number = 2}).id());
  EXPECT_EQ(changes[0]->detection->incident_id(), changes[0]->incident.id());
  EXPECT_EQ(changes[1]->incident.node(), "n2");
  EXPECT_EQ(changes[2]->incident.state(), v1::Incident::ACKNOWLEDGED);
  EXPECT_EQ(changes[2]->detection, nullptr);
}

TEST_F(IncidentWriterTest, WritesWhatWaitedAsOneGroupUpToItsLimits) {
  options_.max_queue = 100;
  options_.max_group = 10;
  options_.max_group_detections = 6;
  StartWriter();
  store_->SetOpen(false);
  std::vector<uint64_t> order;
  const auto submit = [&](uint64_t sequence, uint64_t detections) {
    std::vector<v1::Detection> all;
    for (uint64_t i = 0; i < detections; ++i) {
      all.push_back(SampleDetection({.number = sequence * 100 + i}));
    }
    JudgedBatch batch = Batch(sequence, std::move(all));
    batch.ack->node = absl::StrCat("n", sequence);  // an ack for each
    batch.done = [&order, sequence](const absl::Status& status) {
      EXPECT_OK(status);
      order.push_back(sequence);
    };
    writer_->Submit(std::move(batch));
  };
  submit(1, 1);
  store_->AwaitAttempts(1);
  for (uint64_t sequence = 2; sequence <= 13; ++sequence) submit(sequence, 0);
  for (uint64_t sequence = 14; sequence <= 17; ++sequence) submit(sequence, 4);
  EXPECT_EQ(writer_->queue_length(), 16u);
  store_->SetOpen(true);
  writer_.reset();  // writes all
  // The first alone; ten by number; two and then two with four detections
  // each, which is over the limit of six; the last two.
  EXPECT_EQ(store_->commit_sizes(), (std::vector<size_t>{1, 10, 4, 2}));
  std::vector<uint64_t> expected(17);
  for (size_t i = 0; i < expected.size(); ++i) expected[i] = i + 1;
  EXPECT_EQ(order, expected);
  EXPECT_EQ(stats_.groups, 4u);
}

TEST_F(IncidentWriterTest, BlocksSubmittersWhileTheQueueIsFull) {
  options_.max_queue = 3;
  options_.max_queued_detections = 10;
  StartWriter();
  store_->SetOpen(false);
  writer_->Submit(Batch(1));
  store_->AwaitAttempts(1);
  for (uint64_t sequence = 2; sequence <= 4; ++sequence) {
    writer_->Submit(Batch(sequence));
  }
  EXPECT_EQ(stats_.queue_waits, 0u);
  std::atomic<bool> is_submitted{false};
  std::thread submitter([&] {
    writer_->Submit(Batch(5));
    is_submitted = true;
  });
  while (stats_.queue_waits == 0) std::this_thread::yield();
  EXPECT_FALSE(is_submitted);
  EXPECT_EQ(writer_->queue_length(), 3u);
  store_->SetOpen(true);
  submitter.join();
  ASSERT_OK(SubmitAndWait(Batch(6)));
  EXPECT_EQ(stats_.batches, 6u);
}

TEST_F(IncidentWriterTest, BoundsTheDetectionsThatWait) {
  options_.max_queued_detections = 3;
  StartWriter();
  store_->SetOpen(false);
  writer_->Submit(Batch(1));
  store_->AwaitAttempts(1);
  // More than the limit by itself goes into an empty queue.
  writer_->Submit(Batch(
      2, {SampleDetection({.number = 1}), SampleDetection({.number = 2}),
          SampleDetection({.number = 3}), SampleDetection({.number = 4})}));
  EXPECT_EQ(stats_.queue_waits, 0u);
  std::thread submitter(
      [&] { writer_->Submit(Batch(3, {SampleDetection({.number = 5})})); });
  while (stats_.queue_waits == 0) std::this_thread::yield();
  store_->SetOpen(true);
  submitter.join();
  writer_.reset();
  EXPECT_EQ(OnlyIncident().count(), 5u);
}

TEST_F(IncidentWriterTest, RepeatsWhatTheStoreRefused) {
  store_->FailCommits(5, absl::ResourceExhaustedError("disk full"));
  ASSERT_OK(SubmitAndWait(Batch(1, {SampleDetection({.number = 1})})));
  EXPECT_EQ(stats_.store_errors, 5u);
  EXPECT_EQ(stats_.is_blocked, 0u);
  EXPECT_EQ(OnlyIncident().count(), 1u);
}

TEST_F(IncidentWriterTest, AnswersCallersWhileTheStoreFails) {
  ASSERT_OK(SubmitAndWait(Batch(1, {SampleDetection({.number = 1})})));
  const std::string id = OnlyIncident().id();
  store_->FailCommits(-1, absl::ResourceExhaustedError("disk full"));
  const int before = store_->attempts();
  absl::Notification done;
  JudgedBatch batch = Batch(2, {SampleDetection({.number = 2})});
  batch.done = [&done](const absl::Status& status) {
    EXPECT_OK(status);
    done.Notify();
  };
  writer_->Submit(std::move(batch));
  store_->AwaitAttempts(before + 2);
  EXPECT_THAT(Update(id, Request::RESOLVE),
              StatusIs(absl::StatusCode::kResourceExhausted));
  v1::CoverageGap gap;
  gap.set_node("n1");
  *gap.mutable_first_seen() = ToProtoTime(SampleTime());
  *gap.mutable_last_seen() = ToProtoTime(SampleTime());
  EXPECT_THAT(writer_->RecordGap(gap),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(done.HasBeenNotified());
  EXPECT_EQ(stats_.is_blocked, 1u);
  store_->FailCommits(0, absl::OkStatus());
  done.WaitForNotification();
  ASSERT_OK(Update(id, Request::RESOLVE));
  EXPECT_EQ(OnlyIncident().count(), 2u);
}

TEST_F(IncidentWriterTest, GivesUpOnlyWhenItIsDestroyed) {
  store_->FailCommits(-1, absl::UnavailableError("disk gone"));
  std::vector<absl::Status> results;
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    JudgedBatch batch =
        Batch(sequence, {SampleDetection({.number = sequence})});
    batch.done = [&results](const absl::Status& status) {
      results.push_back(status);
    };
    writer_->Submit(std::move(batch));
  }
  store_->AwaitAttempts(3);
  writer_.reset();
  ASSERT_EQ(results.size(), 3u);
  for (const absl::Status& status : results) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, "disk gone"));
  }
  EXPECT_EQ(stats_.abandoned_batches, 3u);
  // Sent again, nothing is missing and nothing is there twice.
  Start();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    ASSERT_OK(SubmitAndWait(
        Batch(sequence, {SampleDetection({.number = sequence})})));
  }
  EXPECT_EQ(OnlyIncident().count(), 3u);
}

TEST_F(IncidentWriterTest, TakesBatchesOfNoStream) {
  JudgedBatch batch;
  batch.detections = {SampleDetection({.number = 1})};
  ASSERT_OK(SubmitAndWait(batch));
  ASSERT_OK(SubmitAndWait(batch));
  ASSERT_OK(SubmitAndWait(JudgedBatch()));
  EXPECT_EQ(OnlyIncident().count(), 1u);
  EXPECT_EQ(stats_.duplicate_detections, 1u);
  EXPECT_EQ(stats_.batches, 3u);
  EXPECT_EQ(store_->attempts(), 1);
}

v1::LinkedProcess Linked(uint32_t pid) {
  v1::LinkedProcess process;
  process.set_node("n2");
  process.mutable_key()->set_pid(pid);
  return process;
}

TEST_F(IncidentWriterTest, LinksProcessesToIncidentsOfThisBatchAndBefore) {
  const v1::Detection detection = SampleDetection({.number = 1});
  const std::string fingerprint = Fingerprint(detection);
  JudgedBatch batch;
  batch.detections = {detection};
  batch.links = {{fingerprint, Linked(1)}};
  ASSERT_OK(SubmitAndWait(std::move(batch)));
  Start();
  JudgedBatch later = Batch(1);
  later.links = {{fingerprint, Linked(2)}, {fingerprint, Linked(1)}};
  ASSERT_OK(SubmitAndWait(std::move(later)));
  const v1::Incident incident = OnlyIncident();
  EXPECT_EQ(incident.linked_processes_size(), 2);
  EXPECT_EQ(incident.count(), 1u);
  EXPECT_EQ(incident.etag(), "2");
  EXPECT_EQ(stats_.linked_processes, 2u);
  EXPECT_EQ(stats_.links_left_out, 1u);
}

TEST_F(IncidentWriterTest, LeavesOutLinksToWhatIsNotLive) {
  const v1::Detection detection = SampleDetection({.number = 1});
  ASSERT_OK(SubmitAndWait(Batch(1, {detection})));
  ASSERT_OK(Update(OnlyIncident().id(), Request::RESOLVE).status());
  JudgedBatch batch = Batch(2);
  batch.links = {{Fingerprint(detection), Linked(1)},
                 {std::string(32, 'a'), Linked(1)}};
  ASSERT_OK(SubmitAndWait(std::move(batch)));
  EXPECT_EQ(OnlyIncident().linked_processes_size(), 0);
  EXPECT_EQ(stats_.links_left_out, 2u);
  EXPECT_THAT(real_->AckedSequence("n1", 7), IsOkAndHolds(2u));
}

TEST_F(IncidentWriterTest, WaitsForRoomNoLongerThanItIsTold) {
  options_.max_queue = 1;
  StartWriter();
  store_->SetOpen(false);
  writer_->Submit(Batch(1));
  store_->AwaitAttempts(1);
  writer_->Submit(Batch(2));
  EXPECT_FALSE(writer_->SubmitBefore(absl::Now(), Batch(3)));
  store_->SetOpen(true);
  EXPECT_TRUE(writer_->SubmitBefore(absl::InfiniteFuture(), Batch(3)));
}

// Or else the ack of a later batch would cover the one that was given up.
TEST_F(IncidentWriterTest, WritesNothingAfterWhatItGaveUp) {
  options_.max_group = 1;
  options_.min_retry_delay = absl::Hours(1);
  options_.max_retry_delay = absl::Hours(1);
  StartWriter();
  store_->FailCommits(1, absl::UnavailableError("once"));
  int failed = 0;
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
    JudgedBatch batch =
        Batch(sequence, {SampleDetection({.number = sequence})});
    batch.done = [&failed](const absl::Status& status) {
      if (!status.ok()) ++failed;
    };
    writer_->Submit(std::move(batch));
  }
  store_->AwaitAttempts(1);
  writer_.reset();
  EXPECT_EQ(failed, 3);
  EXPECT_THAT(real_->AckedSequence("n1", 7), IsOkAndHolds(0u));
}

TEST_F(IncidentWriterTest, RecordsAndMergesGaps) {
  const auto gap = [](int first, int last) {
    v1::CoverageGap gap;
    gap.set_node("n1");
    gap.set_run_id(7);
    *gap.mutable_first_seen() =
        ToProtoTime(SampleTime() + absl::Seconds(first));
    *gap.mutable_last_seen() = ToProtoTime(SampleTime() + absl::Seconds(last));
    gap.add_losses()->set_count(1);
    return gap;
  };
  ASSERT_OK(writer_->RecordGap(gap(0, 10)));
  ASSERT_OK(writer_->RecordGap(gap(10, 20)));
  Start();
  ASSERT_OK(writer_->RecordGap(gap(30, 40)));
  ASSERT_OK(writer_->RecordGap(gap(200, 210)));
  EXPECT_THAT(writer_->RecordGap(v1::CoverageGap()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(const auto page, real_->ListCoverageGaps(
                                            absl::UnixEpoch(), "n1", 10, ""));
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(FromProtoTime(page.items[1].first_seen()), SampleTime());
  EXPECT_EQ(FromProtoTime(page.items[1].last_seen()),
            SampleTime() + absl::Seconds(40));
  ASSERT_EQ(page.items[1].losses_size(), 1);
  EXPECT_EQ(page.items[1].losses(0).count(), 3u);
  EXPECT_EQ(stats_.gaps, 4u);
  EXPECT_EQ(stats_.merged_gaps, 2u);
  EXPECT_EQ(Content().gaps.size(), 2u);
}

TEST_F(IncidentWriterTest, ServesManyThreadsAtOnce) {
  options_.max_queue = 4;
  StartWriter();
  constexpr uint64_t kBatches = 50;
  std::vector<std::thread> threads;
  for (int node = 0; node < 4; ++node) {
    threads.emplace_back([this, node] {
      const std::string name = absl::StrCat("n", node);
      for (uint64_t sequence = 1; sequence <= kBatches; ++sequence) {
        JudgedBatch batch = Batch(sequence);
        batch.ack->node = name;
        batch.detections.push_back(
            SampleDetection({.number = sequence, .node = name}));
        JudgedBatch again = batch;
        writer_->Submit(std::move(batch));
        writer_->Submit(std::move(again));
      }
    });
  }
  threads.emplace_back([this] {
    for (int i = 0; i < 50; ++i) {
      const auto page = real_->ListIncidents({}, 10, "");
      ASSERT_THAT(page, IsOk());
      for (const v1::Incident& incident : page->items) {
        Request request;
        request.set_id(incident.id());
        request.set_action(Request::ADD_NOTE);
        request.set_note("note");
        EXPECT_OK(writer_->Update(request));
      }
    }
  });
  for (std::thread& thread : threads) thread.join();
  writer_.reset();
  EXPECT_EQ(stats_.duplicate_batches, 4 * kBatches);
  const StoreContent content = Content();
  EXPECT_EQ(content.detections.size(), 4 * kBatches);
  ASSERT_EQ(content.incidents.size(), 4u);
  for (const auto& [id, incident] : content.incidents) {
    EXPECT_EQ(incident.count(), kBatches);
  }
}

TEST_F(IncidentWriterTest, HeldRecordsBecomeDurableWithTheirAck) {
  std::vector<HeldRecord> given;
  absl::Mutex mutex;
  writer_.reset();
  options_.on_held = [&](std::vector<HeldRecord> held) {
    absl::MutexLock lock(&mutex);
    for (HeldRecord& record : held) given.push_back(std::move(record));
  };
  StartWriter();
  // The second time the batch is a repeated one.
  for (int i = 0; i < 2; ++i) {
    absl::Notification done;
    JudgedBatch batch;
    batch.ack = {"n1", 7, 1};
    batch.held = {{{"n1", 7, 1, 4}, "record"}};
    batch.done = [&](const absl::Status& status) {
      EXPECT_OK(status);
      done.Notify();
    };
    writer_->Submit(std::move(batch));
    done.WaitForNotification();
  }
  absl::MutexLock lock(&mutex);
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].place.index, 4u);
  EXPECT_THAT(real_->AckedSequence("n1", 7), IsOkAndHolds(1u));
  EXPECT_EQ(real_->ListHeld()->size(), 1u);
}

TEST_F(IncidentWriterTest, AVerdictReleasesItsHeldRecord) {
  for (const bool has_detection : {true, false}) {
    Commit commit;
    commit.held = {{{"n1", 7, 1, 4}, "record"}};
    ASSERT_OK(real_->WriteCommit(commit));
    absl::Notification done;
    JudgedBatch batch;
    batch.released = {{"n1", 7, 1, 4}};
    if (has_detection) batch.detections.push_back(SampleDetection({}));
    batch.done = [&](const absl::Status& status) {
      EXPECT_OK(status);
      done.Notify();
    };
    writer_->Submit(std::move(batch));
    done.WaitForNotification();
    EXPECT_EQ(real_->ListHeld()->size(), 0u) << has_detection;
    EXPECT_THAT(real_->AckedSequence("n1", 7), IsOkAndHolds(0u));
  }
  EXPECT_EQ(stats_.detections, 1u);
}

}  // namespace
}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0

#include "server/storage/retention.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"
#include "server/storage/commit_batch.h"
#include "server/storage/database.h"
#include "server/storage/keys.h"
#include "server/storage/store.h"
#include "server/storage/store_stats.h"
#include "server/storage/testing/consistency.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using testing::CheckConsistency;
using testing::SampleDetection;
using testing::SampleId;
using testing::SampleIncident;
using testing::SampleTime;
using testing::ScratchDirectory;
using testing::StoreContent;

constexpr absl::Duration kDay = absl::Hours(24);

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() {
    auto database = Database::Open(scratch_.Path("db"), nullptr);
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
  }

  void Write(const Commit& commit, absl::Time now = SampleTime()) {
    absl::MutexLock lock(&database_->write_mutex());
    CommitBatch batch(database_.get(), now);
    ASSERT_OK(batch.Add(commit));
    ASSERT_TRUE(
        database_->db()->Write(rocksdb::WriteOptions(), &batch.batch()).ok());
  }

  // An incident seen at `time` with a detection at that time.
  void AddIncident(uint64_t number, absl::Time time,
                   v1::Incident::State state = v1::Incident::OPEN,
                   size_t ballast = 0) {
    Commit commit;
    commit.incidents.push_back(SampleIncident({.number = number,
                                               .first_seen = time,
                                               .last_seen = time,
                                               .state = state}));
    commit.detections.push_back(
        SampleDetection({.number = number, .time = time, .ballast = ballast}));
    commit.detections.back().set_incident_id(SampleId(number));
    Write(commit);
  }

  // Closes the database.
  StoreContent Content() {
    database_.reset();
    auto content = CheckConsistency(scratch_.Path("db"));
    EXPECT_THAT(content, IsOk());
    return content.ok() ? *std::move(content) : StoreContent();
  }

  const ScratchDirectory scratch_;
  StoreStats stats_;
  std::unique_ptr<Database> database_;
};

TEST_F(RetentionTest, DeletesWhatIsOlderThanTheLimitToTheNanosecond) {
  const absl::Time now = SampleTime();
  AddIncident(1, now - kDay - absl::Nanoseconds(1));
  AddIncident(2, now - kDay);
  AddIncident(3, now);
  ASSERT_OK_AND_ASSIGN(
      const auto result,
      DeleteExpired(database_.get(), stats_, now, {.max_age = kDay}));
  EXPECT_EQ(result.detections, 1u);
  EXPECT_EQ(result.incidents, 1u);
  EXPECT_EQ(stats_.expired_detections, 1u);
  EXPECT_EQ(stats_.expired_incidents, 1u);
  const StoreContent content = Content();
  EXPECT_EQ(content.detections.size(), 2u);
  EXPECT_EQ(content.incidents.size(), 2u);
  EXPECT_FALSE(content.incidents.contains(SampleId(1)));
}

TEST_F(RetentionTest, KeepsAllWithoutLimits) {
  AddIncident(1, absl::UnixEpoch());
  ASSERT_OK_AND_ASSIGN(const auto result, DeleteExpired(database_.get(), stats_,
                                                        SampleTime(), {}));
  EXPECT_EQ(result.detections + result.incidents + result.gaps, 0u);
  EXPECT_EQ(Content().incidents.size(), 1u);
}

TEST_F(RetentionTest, WorksInStepsOfAnySize) {
  for (const size_t step : {1, 7, 100, 1000}) {
    for (uint64_t i = 0; i < 100; ++i) {
      AddIncident(i, SampleTime() - kDay - absl::Seconds(i));
    }
    AddIncident(1000, SampleTime());
    ASSERT_OK_AND_ASSIGN(
        const auto result,
        DeleteExpired(database_.get(), stats_, SampleTime(),
                      {.max_age = absl::Hours(1), .step = step}));
    EXPECT_EQ(result.detections, 100u) << step;
    EXPECT_EQ(result.incidents, 100u) << step;
  }
  EXPECT_EQ(Content().detections.size(), 1u);
}

TEST_F(RetentionTest, ForgetsTheFingerprintOfADeletedIncident) {
  AddIncident(1, SampleTime() - kDay);
  ASSERT_OK(DeleteExpired(database_.get(), stats_, SampleTime(),
                          {.max_age = absl::Hours(1)}));
  ASSERT_OK_AND_ASSIGN(
      const auto live,
      database_->Get(Family::kLiveFingerprints, SampleId(1'000'001)));
  EXPECT_FALSE(live.has_value());
}

TEST_F(RetentionTest, KeepsAnOldIncidentThatSomebodyWorksOn) {
  Commit commit;
  commit.incidents.push_back(
      SampleIncident({.number = 1, .last_seen = SampleTime() - kDay}));
  *commit.incidents[0].mutable_update_time() = ToProtoTime(SampleTime());
  Write(commit);
  ASSERT_OK_AND_ASSIGN(const auto result,
                       DeleteExpired(database_.get(), stats_, SampleTime(),
                                     {.max_age = absl::Hours(1)}));
  EXPECT_EQ(result.incidents, 0u);
  EXPECT_EQ(Content().incidents.size(), 1u);
}

TEST_F(RetentionTest, DeletesOldGaps) {
  Commit commit;
  for (const int days : {0, 1, 2}) {
    v1::CoverageGap& gap = commit.gaps.emplace_back();
    gap.set_node("n1");
    *gap.mutable_first_seen() = ToProtoTime(SampleTime() - 3 * kDay);
    *gap.mutable_last_seen() = ToProtoTime(SampleTime() - days * kDay);
    gap.set_run_id(static_cast<uint64_t>(days));
  }
  Write(commit);
  ASSERT_OK_AND_ASSIGN(
      const auto result,
      DeleteExpired(database_.get(), stats_, SampleTime(), {.max_age = kDay}));
  EXPECT_EQ(result.gaps, 1u);
  EXPECT_EQ(Content().gaps.size(), 2u);
}

TEST_F(RetentionTest, DeletesAckStateOfRunsLongSilent) {
  Commit commit;
  commit.acks = {{"n1", 1, 10}};
  Write(commit, SampleTime() - absl::Hours(24 * 30) - absl::Nanoseconds(1));
  commit.acks = {{"n1", 2, 20}};
  Write(commit, SampleTime() - absl::Hours(24 * 30));
  ASSERT_OK(DeleteExpired(database_.get(), stats_, SampleTime(), {}));
  EXPECT_EQ(stats_.expired_acks, 1u);
  for (const auto& [run, is_there] :
       {std::pair<uint64_t, bool>(1, false), {2, true}}) {
    ASSERT_OK_AND_ASSIGN(const auto ack,
                         database_->Get(Family::kAcks, keys::Ack("n1", run)));
    EXPECT_EQ(ack.has_value(), is_there) << run;
  }
}

TEST_F(RetentionTest, DeletesTheOldestDownToTheSize) {
  // 4 MiB that do not compress; one incident each, resolved.
  constexpr size_t kBallast = 4096;
  constexpr uint64_t kCount = 1000;
  for (uint64_t i = 0; i < kCount; ++i) {
    AddIncident(i, SampleTime() - absl::Seconds(kCount - i),
                v1::Incident::RESOLVED, kBallast);
  }
  const uint64_t max_bytes = 2 << 20;
  ASSERT_GT(ApproximateBytes(*database_), max_bytes);
  ASSERT_OK_AND_ASSIGN(const auto result,
                       DeleteExpired(database_.get(), stats_, SampleTime(),
                                     {.max_bytes = max_bytes}));
  const uint64_t bytes = ApproximateBytes(*database_);
  EXPECT_LE(bytes, max_bytes);
  // Not much more than it had to; compaction may compress what is left better.
  EXPECT_GT(bytes, max_bytes / 2);
  EXPECT_EQ(result.detections, stats_.expired_detections);
  const StoreContent content = Content();
  EXPECT_EQ(content.detections.size(), kCount - result.detections);
  // The oldest went: what is left is all newer than what is not.
  for (uint64_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(content.detections.contains(SampleDetection({.number = i}).id()),
              i >= result.detections)
        << i;
    EXPECT_EQ(content.incidents.contains(SampleId(i)),
              i + 1 >= result.detections)
        << i;
  }
}

TEST_F(RetentionTest, StaysBelowTheSizeWithoutDeleting) {
  AddIncident(1, SampleTime());
  ASSERT_OK_AND_ASSIGN(const auto result,
                       DeleteExpired(database_.get(), stats_, SampleTime(),
                                     {.max_bytes = 100 << 20}));
  EXPECT_EQ(result.detections, 0u);
}

TEST_F(RetentionTest, KeepsFreshLiveIncidentsWhateverTheSize) {
  AddIncident(1, SampleTime() - 2 * kDay, v1::Incident::OPEN, 8192);
  AddIncident(2, SampleTime() - kDay / 2, v1::Incident::ACKNOWLEDGED, 8192);
  AddIncident(3, SampleTime() - kDay / 2, v1::Incident::RESOLVED, 8192);
  AddIncident(4, SampleTime(), v1::Incident::OPEN, 8192);
  ASSERT_OK(
      DeleteExpired(database_.get(), stats_, SampleTime(), {.max_bytes = 1}));
  const StoreContent content = Content();
  EXPECT_TRUE(content.detections.empty());
  EXPECT_FALSE(content.incidents.contains(SampleId(1)));
  EXPECT_TRUE(content.incidents.contains(SampleId(2)));
  EXPECT_FALSE(content.incidents.contains(SampleId(3)));
  EXPECT_TRUE(content.incidents.contains(SampleId(4)));
}

// Commits between steps move incidents that retention has in view.
TEST_F(RetentionTest, LeavesConsistentIndexesBesideCommits) {
  constexpr uint64_t kCount = 300;
  for (uint64_t i = 0; i < kCount; ++i) {
    AddIncident(i, SampleTime() - kDay - absl::Seconds(i));
  }
  std::thread writer([this] {
    for (uint64_t i = 0; i < kCount; ++i) {
      Commit commit;
      commit.incidents.push_back(SampleIncident(
          {.number = i, .last_seen = SampleTime() + absl::Seconds(i)}));
      Write(commit);
    }
  });
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(DeleteExpired(database_.get(), stats_, SampleTime(),
                              {.max_age = absl::Hours(1), .step = 3}),
                IsOk());
  }
  writer.join();
  const StoreContent content = Content();
  EXPECT_EQ(content.incidents.size(), kCount);
  EXPECT_TRUE(content.detections.empty());
}

}  // namespace
}  // namespace eyrie::server

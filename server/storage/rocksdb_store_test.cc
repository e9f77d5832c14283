// SPDX-License-Identifier: Apache-2.0

#include "server/storage/rocksdb_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"
#include "server/storage/database.h"
#include "server/storage/testing/consistency.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::AllOf;
using testing::CheckConsistency;
using testing::DetectionFacts;
using ::testing::HasSubstr;
using testing::SampleDetection;
using testing::SampleId;
using testing::SampleIncident;
using testing::SampleTime;
using testing::ScratchDirectory;
using testing::StoreContent;

class RocksDbStoreTest : public ::testing::Test {
 protected:
  RocksDbStoreTest() { Open(); }

  // Opens the store again, as after a restart.
  void Open() {
    store_.reset();
    auto store = RocksDbStore::Open(
        {.directory = scratch_.Path("db"), .stats = &stats_});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  // Opens the store again.
  StoreContent Content() {
    store_.reset();
    auto content = CheckConsistency(scratch_.Path("db"));
    EXPECT_THAT(content, IsOk());
    Open();
    return content.ok() ? *std::move(content) : StoreContent();
  }

  void PutIncident(const v1::Incident& incident) {
    Commit commit;
    commit.incidents.push_back(incident);
    ASSERT_OK(store_->WriteCommit(commit));
  }

  const ScratchDirectory scratch_;
  StoreStats stats_;
  std::unique_ptr<Store> store_;
};

v1::Detection DetectionOf(const DetectionFacts& facts,
                          const v1::Incident& incident) {
  v1::Detection detection = SampleDetection(facts);
  detection.set_incident_id(incident.id());
  return detection;
}

TEST_F(RocksDbStoreTest, KeepsACommitAcrossRestarts) {
  const v1::Incident incident = SampleIncident({.number = 1});
  const v1::Detection detection = DetectionOf({.number = 5}, incident);
  Commit commit;
  commit.incidents.push_back(incident);
  commit.detections.push_back(detection);
  commit.acks.push_back({"n1", 7, 5});
  ASSERT_OK(store_->WriteCommit(commit));
  Open();
  ASSERT_OK_AND_ASSIGN(const v1::Incident stored,
                       store_->GetIncident(incident.id()));
  EXPECT_EQ(stored.SerializeAsString(), incident.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const auto page,
                       store_->ListDetections({}, incident.id(), 10, ""));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].SerializeAsString(), detection.SerializeAsString());
  EXPECT_THAT(store_->HasDetection(detection.id()), IsOkAndHolds(true));
  EXPECT_THAT(store_->HasDetection(SampleId(9)), IsOkAndHolds(false));
  EXPECT_THAT(store_->AckedSequence("n1", 7), IsOkAndHolds(5u));
  EXPECT_THAT(store_->AckedSequence("n1", 8), IsOkAndHolds(0u));
  EXPECT_THAT(store_->AckedSequence("n", 7), IsOkAndHolds(0u));
  EXPECT_EQ(stats_.commits, 1u);
  EXPECT_EQ(stats_.synced_commits, 1u);
  Content();
}

TEST_F(RocksDbStoreTest, SyncsWhatHasDetectionsOrAsksForIt) {
  Commit acks;
  acks.acks.push_back({"n1", 7, 1});
  ASSERT_OK(store_->WriteCommit(acks));
  EXPECT_EQ(stats_.synced_commits, 0u);
  acks.sync = true;
  ASSERT_OK(store_->WriteCommit(acks));
  EXPECT_EQ(stats_.synced_commits, 1u);
}

TEST_F(RocksDbStoreTest, KeepsHeldRecordsUntilTheyAreReleased) {
  Commit commit;
  commit.held = {{{"n1", 7, 2, 1}, "second"}, {{"n1", 7, 1, 0}, "first"}};
  commit.acks.push_back({"n1", 7, 2});
  ASSERT_OK(store_->WriteCommit(commit));
  EXPECT_EQ(stats_.synced_commits, 1u);
  Open();
  ASSERT_OK_AND_ASSIGN(auto held, store_->ListHeld());
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held[0].place, (RecordPlace{"n1", 7, 1, 0}));
  EXPECT_EQ(held[0].batch, "first");
  commit = {};
  commit.released = {{"n1", 7, 1, 0}, {"n1", 7, 9, 9}};
  ASSERT_OK(store_->WriteCommit(commit));
  ASSERT_OK_AND_ASSIGN(held, store_->ListHeld());
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].batch, "second");
  EXPECT_EQ(stats_.synced_commits, 1u);
}

TEST_F(RocksDbStoreTest, StoresADetectionOnce) {
  const v1::Incident incident = SampleIncident({.number = 1});
  const v1::Detection detection = DetectionOf({.number = 1}, incident);
  Commit commit;
  commit.incidents.push_back(incident);
  commit.detections = {detection, detection};
  ASSERT_OK(store_->WriteCommit(commit));
  // Even if it differs: the first one stays.
  commit.detections = {
      DetectionOf({.number = 1, .time = SampleTime() + absl::Hours(1)},
                  SampleIncident({.number = 2}))};
  ASSERT_OK(store_->WriteCommit(commit));
  EXPECT_EQ(stats_.detections, 1u);
  EXPECT_EQ(stats_.duplicate_detections, 2u);
  const StoreContent content = Content();
  ASSERT_EQ(content.detections.size(), 1u);
  EXPECT_EQ(content.detections.begin()->second.SerializeAsString(),
            detection.SerializeAsString());
}

TEST_F(RocksDbStoreTest, WritesAllOfACommitOrNothing) {
  Commit commit;
  commit.incidents.push_back(SampleIncident({.number = 1}));
  commit.detections.push_back(SampleDetection({.number = 1}));
  commit.acks.push_back({"n1", 7, 1});
  // The detection has no incident.
  EXPECT_THAT(store_->WriteCommit(commit),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("incident id \"\" is not 32")));
  EXPECT_EQ(stats_.failed_commits, 1u);
  const StoreContent content = Content();
  EXPECT_TRUE(content.incidents.empty());
  EXPECT_TRUE(content.detections.empty());
  EXPECT_THAT(store_->AckedSequence("n1", 7), IsOkAndHolds(0u));
}

TEST_F(RocksDbStoreTest, NeverMovesAcksBack) {
  Commit commit;
  commit.acks = {{"n1", 7, 9}, {"n1", 7, 3}, {"n2", 7, 1}};
  ASSERT_OK(store_->WriteCommit(commit));
  EXPECT_THAT(store_->AckedSequence("n1", 7), IsOkAndHolds(9u));
  commit.acks = {{"n1", 7, 4}};
  ASSERT_OK(store_->WriteCommit(commit));
  EXPECT_THAT(store_->AckedSequence("n1", 7), IsOkAndHolds(9u));
  EXPECT_THAT(store_->AckedSequence("n2", 7), IsOkAndHolds(1u));
}

TEST_F(RocksDbStoreTest, MovesIndexEntriesWithTheIncident) {
  v1::Incident incident = SampleIncident({.number = 1});
  incident.add_tags("filesystem");  // a tag twice
  PutIncident(incident);
  std::mt19937_64 random(20260201);
  for (int i = 0; i < 200; ++i) {
    *incident.mutable_last_seen() = ToProtoTime(
        SampleTime() + absl::Seconds(static_cast<int64_t>(random() % 5)));
    incident.set_state(static_cast<v1::Incident::State>(1 + random() % 3));
    incident.set_rule(absl::StrCat("rule ", random() % 2));
    incident.set_priority(static_cast<v1::Priority>(1 + random() % 8));
    incident.clear_tags();
    for (uint64_t tags = random() % 3; tags > 0; --tags) {
      incident.add_tags(absl::StrCat("tag ", tags));
    }
    PutIncident(incident);
    if (i % 50 == 0) Content();
  }
  EXPECT_EQ(Content().incidents.size(), 1u);
}

TEST_F(RocksDbStoreTest, TakesTheLastOfTwoVersionsInACommit) {
  Commit commit;
  commit.incidents.push_back(SampleIncident({.number = 1, .rule = "old"}));
  commit.incidents.push_back(SampleIncident({.number = 1, .rule = "new"}));
  ASSERT_OK(store_->WriteCommit(commit));
  const StoreContent content = Content();
  ASSERT_EQ(content.incidents.size(), 1u);
  EXPECT_EQ(content.incidents.begin()->second.rule(), "new");
}

TEST_F(RocksDbStoreTest, FindsTheLiveIncidentOfAFingerprint) {
  v1::Incident first = SampleIncident({.number = 1});
  const auto live_id = [&]() -> std::string {
    const auto live = store_->FindLiveIncident(first.fingerprint());
    EXPECT_THAT(live, IsOk());
    return live.ok() && live->has_value() ? (*live)->id() : "none";
  };
  EXPECT_EQ(live_id(), "none");
  PutIncident(first);
  EXPECT_EQ(live_id(), first.id());
  first.set_state(v1::Incident::ACKNOWLEDGED);
  PutIncident(first);
  EXPECT_EQ(live_id(), first.id());
  first.set_state(v1::Incident::RESOLVED);
  PutIncident(first);
  EXPECT_EQ(live_id(), "none");

  v1::Incident second = SampleIncident({.number = 2});
  second.set_fingerprint(first.fingerprint());
  PutIncident(second);
  EXPECT_EQ(live_id(), second.id());
  // A note on the resolved one does not take the place away.
  first.add_notes()->set_text("done");
  PutIncident(first);
  EXPECT_EQ(live_id(), second.id());

  // Both orders of a change of places in one commit.
  for (const bool resolved_first : {true, false}) {
    v1::Incident resolved = second;
    resolved.set_state(v1::Incident::RESOLVED);
    v1::Incident opened = SampleIncident({.number = 3u + resolved_first});
    opened.set_fingerprint(first.fingerprint());
    Commit commit;
    commit.incidents = {resolved, opened};
    if (!resolved_first) std::swap(commit.incidents[0], commit.incidents[1]);
    ASSERT_OK(store_->WriteCommit(commit));
    EXPECT_EQ(live_id(), opened.id());
    second = opened;
  }
  Content();
}

TEST_F(RocksDbStoreTest, GetsAnIncidentByAPrefixThatIsUnique) {
  // Ids with a common beginning.
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    v1::Incident incident = SampleIncident({.number = 1u + i});
    incident.set_id(absl::StrCat("abcdef", i, std::string(25, '0')));
    ids.push_back(incident.id());
    PutIncident(incident);
  }
  EXPECT_THAT(store_->GetIncident(ids[3]), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Incident incident,
                       store_->GetIncident("ABCDEF4"));
  EXPECT_EQ(incident.id(), ids[4]);
  EXPECT_THAT(store_->GetIncident("abcdef"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("is not unique"), HasSubstr(ids[0]),
                             HasSubstr(ids[4]), HasSubstr("or others"))));
  EXPECT_THAT(store_->GetIncident("abcde"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("too short: give at least 6 digits")));
  EXPECT_THAT(store_->GetIncident(""),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetIncident("abcdefg"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("not made of hex digits")));
  EXPECT_THAT(store_->GetIncident("abcdef9"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->GetIncident(absl::StrCat(ids[0], "0")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RocksDbStoreTest, KeepsNodesAndRuleSwitches) {
  for (const char* name : {"n2", "n1", "n3"}) {
    v1::Node node;
    node.set_name(name);
    node.set_peer(absl::StrCat("peer of ", name));
    ASSERT_OK(store_->PutNode(node));
  }
  ASSERT_OK(store_->PutRuleSwitch("a", true));
  ASSERT_OK(store_->PutRuleSwitch("b", true));
  ASSERT_OK(store_->PutRuleSwitch("b", false));
  Open();
  ASSERT_OK_AND_ASSIGN(const v1::Node node, store_->GetNode("n2"));
  EXPECT_EQ(node.peer(), "peer of n2");
  EXPECT_THAT(store_->GetNode("n4"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto first, store_->ListNodes(2, ""));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].name(), "n1");
  ASSERT_OK_AND_ASSIGN(const auto second,
                       store_->ListNodes(2, first.next_page_token));
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0].name(), "n3");
  EXPECT_EQ(second.next_page_token, "");
  EXPECT_THAT(store_->PutNode(v1::Node()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  using Switches = std::vector<std::pair<std::string, bool>>;
  EXPECT_THAT(store_->ListRuleSwitches(),
              IsOkAndHolds(Switches{{"a", true}, {"b", false}}));
}

TEST_F(RocksDbStoreTest, ListsGapsByTheirEnd) {
  const auto gap = [](const std::string& node, int first, int last) {
    v1::CoverageGap gap;
    gap.set_node(node);
    gap.set_run_id(7);
    *gap.mutable_first_seen() =
        ToProtoTime(SampleTime() + absl::Seconds(first));
    *gap.mutable_last_seen() = ToProtoTime(SampleTime() + absl::Seconds(last));
    return gap;
  };
  Commit commit;
  commit.gaps = {gap("n1", 0, 100), gap("n2", 10, 20), gap("n1", 200, 210)};
  ASSERT_OK(store_->WriteCommit(commit));
  commit.gaps = {gap("n2", 10, 30)};  // goes on
  ASSERT_OK(store_->WriteCommit(commit));
  EXPECT_EQ(Content().gaps.size(), 3u);

  const auto list = [&](absl::Time since, absl::string_view node) {
    std::vector<int64_t> ends;
    std::string token;
    do {
      const auto page = store_->ListCoverageGaps(since, node, 1, token);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const v1::CoverageGap& item : page->items) {
        ends.push_back(item.last_seen().seconds() -
                       absl::ToUnixSeconds(SampleTime()));
      }
      token = page->next_page_token;
    } while (!token.empty());
    return ends;
  };
  using Ends = std::vector<int64_t>;
  EXPECT_EQ(list(absl::UnixEpoch(), ""), (Ends{210, 100, 30}));
  EXPECT_EQ(list(absl::InfinitePast(), "n1"), (Ends{210, 100}));
  // A gap that began before and ended at that time counts.
  EXPECT_EQ(list(SampleTime() + absl::Seconds(100), ""), (Ends{210, 100}));
  EXPECT_EQ(list(SampleTime() + absl::Nanoseconds(100'000'000'001), ""),
            (Ends{210}));
  EXPECT_EQ(list(absl::UnixEpoch(), "n3"), Ends());
}

TEST_F(RocksDbStoreTest, OneDamagedValueHidesNoOther) {
  PutIncident(SampleIncident({.number = 1}));
  PutIncident(SampleIncident({.number = 2}));
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(const auto database,
                         Database::Open(scratch_.Path("db"), nullptr));
    ASSERT_OK(database->Put(Family::kIncidents, SampleId(1), "\xFF", true));
  }
  Open();
  ASSERT_OK_AND_ASSIGN(const auto page, store_->ListIncidents({}, 10, ""));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].id(), SampleId(2));
  EXPECT_EQ(stats_.undecodable_values, 1u);
  EXPECT_THAT(store_->GetIncident(SampleId(1)),
              StatusIs(absl::StatusCode::kDataLoss));
  // The next version heals it.
  PutIncident(SampleIncident(
      {.number = 1, .last_seen = SampleTime() + absl::Seconds(1)}));
  ASSERT_OK_AND_ASSIGN(const auto healed, store_->ListIncidents({}, 10, ""));
  EXPECT_EQ(healed.items.size(), 2u);
}

}  // namespace
}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/coverage_gaps.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;

constexpr v1::LossReport::Reason kRingFull =
    v1::LossReport::REASON_EVENT_RING_FULL;

// Of run 7, with one loss.
v1::CoverageGap Gap(const std::string& node, int64_t first, int64_t last,
                    uint64_t count, const std::string& type = "openat") {
  v1::CoverageGap gap;
  gap.set_node(node);
  gap.set_run_id(7);
  *gap.mutable_first_seen() = ToProtoTime(absl::FromUnixSeconds(first));
  *gap.mutable_last_seen() = ToProtoTime(absl::FromUnixSeconds(last));
  v1::LossReport& loss = *gap.add_losses();
  loss.set_reason(kRingFull);
  loss.set_event_type(type);
  loss.set_count(count);
  return gap;
}

TEST(CoverageGapsTest, ContinuesTheSameRunWithinAMinute) {
  const v1::CoverageGap last = Gap("n1", 100, 200, 1);
  const struct {
    const char* name;
    v1::CoverageGap gap;
    bool continues;
  } cases[] = {
      {"at once", Gap("n1", 200, 210, 1), true},
      {"within", Gap("n1", 150, 160, 1), true},
      {"after a minute", Gap("n1", 260, 270, 1), true},
      {"after more than a minute", Gap("n1", 261, 270, 1), false},
      {"earlier", Gap("n1", 99, 150, 1), false},
      {"other node", Gap("n2", 200, 210, 1), false},
  };
  for (const auto& [name, gap, continues] : cases) {
    EXPECT_EQ(Continues(gap, last), continues) << name;
  }
  v1::CoverageGap other_run = Gap("n1", 200, 210, 1);
  other_run.set_run_id(8);
  EXPECT_FALSE(Continues(other_run, last));
}

TEST(CoverageGapsTest, AddsLossesByReasonAndType) {
  v1::CoverageGap gap = Gap("n1", 100, 200, 5);
  MergeGap(Gap("n1", 200, 220, 3), gap);
  MergeGap(Gap("n1", 150, 160, 2, "connect"), gap);
  ASSERT_EQ(gap.losses_size(), 2);
  EXPECT_EQ(gap.losses(0).count(), 8u);
  EXPECT_EQ(gap.losses(1).count(), 2u);
  EXPECT_EQ(gap.first_seen().seconds(), 100);
  EXPECT_EQ(gap.last_seen().seconds(), 220);
}

TEST(CoverageGapsTest, BoundsTheTypesButNotTheCount) {
  v1::CoverageGap gap;
  for (int i = 0; i < 1000; ++i) {
    MergeGap(Gap("n1", 100, 200, 1, absl::StrCat("type", i)), gap);
  }
  // One more for all that are not told apart.
  EXPECT_EQ(gap.losses_size(), kMaxGapLosses + 1);
  uint64_t total = 0;
  for (const v1::LossReport& loss : gap.losses()) total += loss.count();
  EXPECT_EQ(total, 1000u);
}

TEST(CoverageGapsTest, ChecksGaps) {
  EXPECT_THAT(CheckGap(Gap("n1", 1, 1, 1)), IsOk());
  v1::CoverageGap no_time = Gap("n1", 1, 1, 1);
  no_time.clear_first_seen();
  for (const v1::CoverageGap& gap :
       {Gap("", 1, 1, 1), Gap("n1", 2, 1, 1), no_time}) {
    EXPECT_THAT(CheckGap(gap), StatusIs(absl::StatusCode::kInvalidArgument))
        << gap.ShortDebugString();
  }
}

TEST(CoverageGapsTest, FindsTheLastGapInTheStore) {
  const testing::ScratchDirectory scratch;
  const std::unique_ptr<Store> store =
      *RocksDbStore::Open({.directory = scratch.Path("db")});
  bool is_merged = true;
  LastGaps before(store.get());
  ASSERT_OK_AND_ASSIGN(v1::CoverageGap gap,
                       before.Extend(Gap("n1", 100, 200, 5), &is_merged));
  EXPECT_FALSE(is_merged);
  Commit commit;
  commit.gaps.push_back(gap);
  ASSERT_OK(store->WriteCommit(commit));

  LastGaps after(store.get());  // as after a restart
  ASSERT_OK_AND_ASSIGN(gap, after.Extend(Gap("n1", 230, 240, 2), &is_merged));
  EXPECT_TRUE(is_merged);
  EXPECT_EQ(gap.first_seen().seconds(), 100);
  EXPECT_EQ(gap.last_seen().seconds(), 240);
  EXPECT_EQ(gap.losses(0).count(), 7u);
  // Known, but not stored yet.
  after.Remember(gap);
  ASSERT_OK_AND_ASSIGN(gap, after.Extend(Gap("n1", 290, 295, 1), &is_merged));
  EXPECT_TRUE(is_merged);
  EXPECT_EQ(gap.losses(0).count(), 8u);
  after.ForgetAll();
  ASSERT_OK_AND_ASSIGN(gap, after.Extend(Gap("n1", 290, 295, 1), &is_merged));
  EXPECT_FALSE(is_merged);
}

}  // namespace
}  // namespace eyrie::server

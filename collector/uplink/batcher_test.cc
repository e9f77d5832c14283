// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/batcher.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"

#include "collector/enrich/enricher.h"
#include "collector/enrich/process_table.h"
#include "collector/enrich/user_resolver.h"
#include "collector/uplink/batch_identity.h"
#include "proto/testing/record_builder.h"
#include "rules/fields/process_tree.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

constexpr uint64_t kMillisecond = 1'000'000;

class BatcherTest : public ::testing::Test {
 protected:
  Batcher& batcher() {
    if (batcher_ == nullptr) {
      batcher_ = std::make_unique<Batcher>(options_, &enricher_);
    }
    return *batcher_;
  }
  bool Add(const std::string& bytes, uint64_t now_ns = 0) {
    const RecordView record = RecordView::Trusted(bytes.data());
    return batcher().Add(record, &table_.Apply(record), nullptr, now_ns);
  }
  v1::EventBatch Close() {
    Batch batch = batcher().Close(/*clock_offset_ns=*/-5);
    AppendBatchIdentity(~uint64_t{0}, ~uint64_t{0}, &batch.body);
    EXPECT_LE(batch.body.size(), options_.max_bytes);
    last_size_ = batch.body.size();
    v1::EventBatch message;
    EXPECT_TRUE(message.ParseFromString(batch.body));
    EXPECT_EQ(message.record_count(), batch.records);
    EXPECT_EQ(message.clock_offset_ns(), -5);
    return message;
  }

  BatcherOptions options_;
  ProcessTable table_{{}, nullptr};
  UserResolver users_{"/nowhere"};
  Enricher enricher_{&table_, &users_};
  std::unique_ptr<Batcher> batcher_;
  size_t last_size_ = 0;
};

std::string Open(uint32_t pid, absl::string_view name) {
  return RecordBuilder("openat").Process(pid).Set("name", name).Build();
}

std::string Exec(uint32_t pid, uint32_t parent, size_t env_bytes) {
  return RecordBuilder("execve")
      .Process(pid)
      .Parent(parent)
      .Set("parent_start_time", parent == 0 ? int64_t{0} : 1'000'000'000)
      .SetStrings("env", {std::string(env_bytes, 'e')})
      .Build();
}

// Records of a batch, each checked.
std::vector<RecordView> Records(const v1::EventBatch& batch) {
  std::vector<RecordView> records;
  absl::string_view rest = batch.records();
  while (!rest.empty()) {
    const auto record = RecordView::Check(rest);
    EXPECT_TRUE(record.ok()) << record.status();
    if (!record.ok()) break;
    records.push_back(*record);
    rest.remove_prefix(record->size());
  }
  return records;
}

// Every image that is named is there once, with every ancestor it has.
void ExpectStandsAlone(const v1::EventBatch& batch) {
  const rules::BatchProcessTree tree(batch.processes());
  std::set<std::string> seen;
  for (const v1::Process& process : batch.processes()) {
    EXPECT_TRUE(seen.insert(process.key().SerializeAsString()).second)
        << "twice: " << process.key().ShortDebugString();
  }
  for (const RecordView& record : Records(batch)) {
    const rules::ProcessNode* node =
        tree.Find(rules::ProcessKey(record.process()));
    ASSERT_NE(node, nullptr) << record.process().pid;
    for (; node->facts().has_parent(); node = tree.Parent(*node)) {
      if (tree.Parent(*node) == nullptr) {
        EXPECT_TRUE(node->facts().ancestors_cut());
        break;
      }
    }
  }
}

TEST_F(BatcherTest, KeepsRecordsInOrder) {
  EXPECT_TRUE(batcher().empty());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Add(Open(100, absl::StrCat("/f", i))));
  }
  EXPECT_FALSE(batcher().empty());
  const v1::EventBatch batch = Close();
  EXPECT_TRUE(batcher().empty());
  const std::vector<RecordView> records = Records(batch);
  ASSERT_EQ(records.size(), 5);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(records[i].bytes(SlotOf(&eyrie_openat_args::name)),
              absl::StrCat("/f", i));
  }
}

TEST_F(BatcherTest, CountsRecordsByType) {
  ASSERT_TRUE(Add(Open(100, "/a")));
  ASSERT_TRUE(Add(Exec(101, 100, 0)));
  ASSERT_TRUE(Add(Open(100, "/b")));
  ASSERT_TRUE(Add(RecordBuilder::UnknownEvent(4000).Build()));
  const Batch first = batcher().Close(0);
  const std::map<uint16_t, uint32_t> counts(first.counts.begin(),
                                            first.counts.end());
  EXPECT_EQ(counts,
            (std::map<uint16_t, uint32_t>{
                {EYRIE_EVENT_openat, 2}, {EYRIE_EVENT_execve, 1}, {4000, 1}}));
  ASSERT_TRUE(Add(Open(100, "/a")));
  EXPECT_EQ(batcher().Close(0).counts.size(), 1) << "starts over";
}

TEST_F(BatcherTest, EveryBatchStandsAlone) {
  options_.max_bytes = 256 << 10;
  for (uint32_t pid = 1; pid <= 40; ++pid) {
    const std::string exec = Exec(pid, pid - 1, 1000);
    table_.Apply(RecordView::Trusted(exec.data()));
  }
  int batches = 0;
  int records = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string record =
        Open(1 + (i * 7) % 40, absl::StrCat("/some/file/", i));
    if (!Add(record)) {
      const v1::EventBatch batch = Close();
      ExpectStandsAlone(batch);
      records += batch.record_count();
      ++batches;
      ASSERT_TRUE(Add(record)) << "an empty batch takes anything";
    }
  }
  const v1::EventBatch batch = Close();
  ExpectStandsAlone(batch);
  EXPECT_EQ(records + batch.record_count(), 2000);
  EXPECT_GT(batches, 1);
}

TEST_F(BatcherTest, BatchIsFilledToItsLimitAndNotBeyond) {
  const std::string record = Open(100, std::string(1000, 'x'));
  while (Add(record)) {
  }
  const v1::EventBatch batch = Close();
  EXPECT_GT(batch.record_count(), 800u);
  // What is free is less than one more record.
  EXPECT_GT(last_size_ + record.size() + 32, options_.max_bytes);
}

TEST_F(BatcherTest, LargestProcessesFitTheSmallestBatch) {
  options_.max_bytes = EYRIE_MAX_RECORD_SIZE + Enricher::kLeastContextBytes +
                       kBatchIdentityBytes + 32;
  for (uint32_t pid = 1; pid <= 64; ++pid) {
    // Three paths, arguments and environment at their limits.
    const std::string exec =
        RecordBuilder("execve")
            .Process(pid)
            .Parent(pid - 1)
            .Set("parent_start_time", pid == 1 ? int64_t{0} : 1'000'000'000)
            .Set("exe", std::string(1000, 'a'))
            .SetStrings("args", {std::string(7000, 'a')})
            .SetStrings("env", {std::string(4000, 'e')})
            .Set("cwd", std::string(3000, 'c'))
            .Set("trusted_exepath", std::string(3000, 'p'))
            .Build();
    if (!Add(exec)) {
      ExpectStandsAlone(Close());
      ASSERT_TRUE(Add(exec)) << pid;
    }
  }
  ExpectStandsAlone(Close());
}

TEST_F(BatcherTest, ClosesByAge) {
  options_.idle_delay = absl::Milliseconds(1);
  options_.awaiting_delay = absl::Milliseconds(5);
  options_.away_delay = absl::Milliseconds(20);
  EXPECT_FALSE(batcher().ShouldClose(0, Pace::kIdle));
  EXPECT_EQ(batcher().TimeToClose(0, Pace::kIdle), absl::InfiniteDuration());
  ASSERT_TRUE(Add(Open(100, "/a"), 10 * kMillisecond));
  ASSERT_TRUE(Add(Open(100, "/b"), 12 * kMillisecond));
  EXPECT_EQ(batcher().opened_ns(), 10 * kMillisecond);
  struct Case {
    Pace pace;
    uint64_t due_ns;
  };
  for (const Case& test : {Case{Pace::kIdle, 11 * kMillisecond},
                           Case{Pace::kAwaiting, 15 * kMillisecond},
                           Case{Pace::kAway, 30 * kMillisecond}}) {
    EXPECT_FALSE(batcher().ShouldClose(9 * kMillisecond, test.pace));
    EXPECT_FALSE(batcher().ShouldClose(test.due_ns - 1, test.pace));
    EXPECT_TRUE(batcher().ShouldClose(test.due_ns, test.pace)) << test.due_ns;
  }
  EXPECT_EQ(batcher().TimeToClose(12 * kMillisecond, Pace::kAwaiting),
            absl::Milliseconds(3));
}

TEST_F(BatcherTest, BatchOfABusyNodeWaitsForMore) {
  options_.max_quiet_records = 2;
  options_.awaiting_delay = absl::Milliseconds(5);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Add(Open(100, "/a"), 10 * kMillisecond));
    EXPECT_TRUE(batcher().ShouldClose(10 * kMillisecond, Pace::kIdle)) << i;
  }
  ASSERT_TRUE(Add(Open(100, "/a"), 10 * kMillisecond));
  EXPECT_FALSE(batcher().ShouldClose(15 * kMillisecond - 1, Pace::kIdle));
  EXPECT_TRUE(batcher().ShouldClose(15 * kMillisecond, Pace::kIdle));
}

}  // namespace
}  // namespace eyrie::collector

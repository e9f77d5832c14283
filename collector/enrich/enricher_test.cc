// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/enricher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/event.pb.h"

#include "collector/enrich/process_table.h"
#include "collector/enrich/user_resolver.h"
#include "proto/testing/record_builder.h"
#include "rules/fields/process_tree.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

using Pids = std::vector<uint32_t>;

class EnricherTest : public ::testing::Test {
 protected:
  EnricherTest() : table_({}, nullptr), enricher_(&table_, &users_) {}

  // Makes process `pid` of `parent` with `env_bytes` of environment.
  void Exec(uint32_t pid, uint32_t parent, size_t env_bytes = 0) {
    RecordBuilder builder("execve");
    builder.Process(pid)
        .Parent(parent)
        .Comm(absl::StrCat("p", pid))
        .Result(0)
        .Set("comm", absl::StrCat("p", pid))
        .Set("exe", absl::StrCat("/bin/p", pid))
        .Set("sid", 1)
        .Set("pgid", pid)
        .Set("parent_start_time", parent == 0 ? 0 : 1'000'000'000)
        .SetStrings("env", {std::string(env_bytes, 'e')});
    const std::string bytes = builder.Build();
    table_.Apply(RecordView::Trusted(bytes.data()));
  }
  // A chain of `length` processes from 1 down.
  void MakeChain(uint32_t length, size_t env_bytes = 0) {
    for (uint32_t pid = 1; pid <= length; ++pid) Exec(pid, pid - 1, env_bytes);
  }
  RecordBuilder Open(uint32_t pid) {
    RecordBuilder builder("openat");
    builder.Process(pid).Parent(pid - 1).Comm(absl::StrCat("p", pid));
    return builder;
  }
  // What the batch gets for `builder`'s record.
  v1::EventBatch Context(const RecordBuilder& builder,
                         size_t max_bytes = 1 << 20) {
    const std::string bytes = builder.Build();
    const RecordView record = RecordView::Trusted(bytes.data());
    ProcessImage& image = table_.Apply(record);
    std::string context;
    enricher_.AppendContext(record, &image, nullptr, max_bytes, &context);
    EXPECT_LE(context.size(), max_bytes);
    v1::EventBatch batch;
    EXPECT_TRUE(batch.ParseFromString(context));
    return batch;
  }
  static Pids PidsOf(const v1::EventBatch& batch) {
    Pids pids;
    for (const v1::Process& process : batch.processes()) {
      pids.push_back(process.key().pid());
    }
    return pids;
  }

  ProcessTable table_;
  UserResolver users_{"/nowhere"};
  Enricher enricher_;
};

TEST_F(EnricherTest, GivesActingImageAncestorsAndLeadersOnce) {
  MakeChain(4);
  Exec(9, 3);
  const v1::EventBatch first = Context(Open(4));
  EXPECT_EQ(PidsOf(first), (Pids{4, 1, 3, 2}));
  EXPECT_EQ(PidsOf(Context(Open(4))), Pids{});
  EXPECT_EQ(PidsOf(Context(Open(9))), Pids{9}) << "its ancestors are there";
  enricher_.StartBatch();
  EXPECT_EQ(PidsOf(Context(Open(9))), (Pids{9, 1, 3, 2}));
}

TEST_F(EnricherTest, ProcessesCarryTheirFactsAndRelations) {
  MakeChain(3);
  const v1::EventBatch batch = Context(Open(3));
  const rules::BatchProcessTree tree(batch.processes());
  const v1::Process& process = batch.processes(0);
  EXPECT_EQ(process.key().pid(), 3);
  EXPECT_EQ(process.key().exec_id(), 1);
  EXPECT_EQ(process.comm(), "p3");
  EXPECT_EQ(process.exe(), "/bin/p3");
  EXPECT_EQ(process.ppid(), 2);
  EXPECT_EQ(process.parent().pid(), 2);
  EXPECT_EQ(process.session_leader().pid(), 1);
  EXPECT_EQ(process.group_leader().pid(), 3);
  EXPECT_FALSE(process.ancestors_cut());
  const rules::ProcessNode* node = tree.Find(rules::ProcessKey(process.key()));
  ASSERT_NE(node, nullptr);
  ASSERT_NE(tree.Parent(*node), nullptr);
  EXPECT_EQ(tree.Parent(*node)->facts().comm(), "p2");
}

TEST_F(EnricherTest, AncestorsEndAtTheLimit) {
  struct Case {
    uint32_t length;
    size_t processes;
    bool is_cut;
  };
  // 64 ancestors; pid 1 leads the session and is carried in any case.
  for (const Case& test :
       {Case{65, 65, false}, Case{66, 66, true}, Case{67, 66, true}}) {
    MakeChain(test.length);
    enricher_.StartBatch();
    const v1::EventBatch batch = Context(Open(test.length));
    EXPECT_EQ(batch.processes_size(), test.processes) << test.length;
    bool is_cut = false;
    for (const v1::Process& process : batch.processes()) {
      is_cut |= process.ancestors_cut();
    }
    EXPECT_EQ(is_cut, test.is_cut) << test.length;
    EXPECT_EQ(PidsOf(Context(Open(test.length))), Pids{});
  }
}

TEST_F(EnricherTest, AncestorHasItsOwnAncestorsWhenItActs) {
  MakeChain(70);
  // Of 70, the chain ends at 6; when 50 acts, 5 to 2 are wanted too.
  Context(Open(70));
  EXPECT_EQ(PidsOf(Context(Open(50))), (Pids{5, 4, 3, 2}));
}

TEST_F(EnricherTest, CutsTheChainToTheBytesThereAre) {
  MakeChain(64, /*env_bytes=*/4000);
  const size_t max_bytes = Enricher::kLeastContextBytes;
  const v1::EventBatch batch = Context(Open(64), max_bytes);
  ASSERT_GT(batch.processes_size(), 20);
  ASSERT_LT(batch.processes_size(), 50);
  // Pid 1 comes second, as leader of the session.
  const v1::Process& farthest = batch.processes(batch.processes_size() - 1);
  EXPECT_TRUE(farthest.ancestors_cut());
  EXPECT_EQ(farthest.key().pid(), 64u - batch.processes_size() + 2);
  EXPECT_EQ(PidsOf(Context(Open(64), max_bytes)), Pids{}) << "final";
}

TEST_F(EnricherTest, LoopsEnd) {
  Exec(7, 8);
  Exec(8, 7);
  EXPECT_EQ(Context(Open(7).Parent(8)).processes_size(), 2);
}

TEST_F(EnricherTest, NamesOfHeaderAndArgumentsAreGivenOnce) {
  // Uses the machine's own files: root is there everywhere.
  UserResolver users("/");
  ASSERT_NE(users.FindUser(0), nullptr);
  Enricher enricher(&table_, &users);
  const std::string bytes = Open(5).Uid(0).Gid(0).LoginUid(0xffffffff).Build();
  const RecordView record = RecordView::Trusted(bytes.data());
  ProcessImage& image = table_.Apply(record);
  const auto context = [&](const RecordView& of) {
    std::string text;
    enricher.AppendContext(of, &image, nullptr, 1 << 20, &text);
    v1::EventBatch batch;
    EXPECT_TRUE(batch.ParseFromString(text));
    return batch;
  };
  v1::EventBatch batch = context(record);
  ASSERT_EQ(batch.users_size(), 1);
  EXPECT_EQ(batch.users(0).name(), "root");
  ASSERT_EQ(batch.groups_size(), 1);
  EXPECT_EQ(batch.groups(0).name(), "root");
  batch = context(record);
  EXPECT_EQ(batch.users_size() + batch.groups_size(), 0);

  // An id that only an argument names.
  enricher.StartBatch();
  RecordBuilder setuid("setuid");
  setuid.Process(5).Uid(12345).EffectiveUid(12345).Set("uid", int64_t{0});
  const std::string setuid_bytes = setuid.Build();
  batch = context(RecordView::Trusted(setuid_bytes.data()));
  ASSERT_EQ(batch.users_size(), 1);
  EXPECT_EQ(batch.users(0).id(), 0);
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "collector/source/snapshot_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/control.h"
#include "proto/record.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

std::string Text(const RecordView& record, eyrie_ref eyrie_task_args::*slot) {
  const absl::string_view text = record.bytes(SlotOf(slot));
  return text.data() == nullptr ? "(none)" : std::string(text);
}

std::string Strings(std::initializer_list<std::string> strings) {
  std::string result;
  for (const std::string& string : strings) result += string + '\0';
  return result;
}

// A task record whose tail is `padding` bytes long, at least.
std::string TaskOf(uint32_t pid, uint64_t start_time_ns, size_t padding = 1) {
  return RecordBuilder("task")
      .Process(pid, start_time_ns)
      .Set("trusted_exepath", std::string(padding, 'p'))
      .Build();
}

RecordView Checked(const std::string& record) {
  auto view = RecordView::Check(record);
  EXPECT_TRUE(view.ok()) << view.status();
  return RecordView::Trusted(record.data());
}

TEST(AddStringsTest, SplitsArgumentsAsTheKernelDoes) {
  struct Case {
    std::string cmdline;
    std::string exe;
    std::string args;
  };
  const Case cases[] = {
      {Strings({"sshd", "-D", ""}), "sshd", Strings({"-D", ""})},
      {Strings({"only"}), "only", ""},
      {Strings({"", "x"}), "", Strings({"x"})},
      {"", "(none)", "(none)"},
      // Written over by the process, without a last NUL.
      {"nginx: worker", "nginx: worker", ""},
  };
  const std::string task = TaskOf(1, 1);
  for (const Case& c : cases) {
    const std::string record =
        AddStrings(Checked(task), c.cmdline, Strings({"A=1", "B="}));
    const RecordView view = Checked(record);
    EXPECT_EQ(view.size(), record.size()) << c.cmdline;
    EXPECT_EQ(Text(view, &eyrie_task_args::exe), c.exe) << c.cmdline;
    EXPECT_EQ(Text(view, &eyrie_task_args::args), c.args) << c.cmdline;
    EXPECT_EQ(Text(view, &eyrie_task_args::env), Strings({"A=1", "B="}));
    EXPECT_EQ(Text(view, &eyrie_task_args::exepath), "p") << c.cmdline;
    EXPECT_EQ(view.flags() & EYRIE_RECORD_TRUNCATED, 0u) << c.cmdline;
  }
}

TEST(AddStringsTest, CutsAtTheLimits) {
  const std::string task = TaskOf(1, 1);
  // "x", NUL, argument, NUL: exactly the limit, then one more.
  for (const size_t extra : {0, 1}) {
    const std::string record = AddStrings(
        Checked(task),
        Strings({"x", std::string(EYRIE_MAX_ARGS_BYTES - 3 + extra, 'a')}),
        Strings({std::string(EYRIE_MAX_ENV_BYTES - 1 + extra, 'e')}));
    const RecordView view = Checked(record);
    EXPECT_EQ(Text(view, &eyrie_task_args::args),
              Strings({std::string(EYRIE_MAX_ARGS_BYTES - 3, 'a')}));
    EXPECT_EQ(Text(view, &eyrie_task_args::env),
              Strings({std::string(EYRIE_MAX_ENV_BYTES - 1, 'e')}));
    EXPECT_EQ((view.flags() & EYRIE_RECORD_TRUNCATED) != 0, extra == 1);
  }
}

TEST(AddStringsTest, NeverExceedsTheLongestRecord) {
  // What four paths of the longest kind leave.
  for (size_t padding = 11'000; padding < 20'040; padding += 501) {
    const std::string task = TaskOf(1, 1, padding);
    const std::string record =
        AddStrings(Checked(task), Strings({"x", std::string(9000, 'a')}),
                   Strings({std::string(5000, 'e')}));
    const RecordView view = Checked(record);
    EXPECT_LE(view.size(), uint32_t{EYRIE_MAX_RECORD_SIZE}) << padding;
    EXPECT_NE(view.flags() & EYRIE_RECORD_TRUNCATED, 0u) << padding;
  }
}

class SnapshotReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    proc_ = absl::StrCat(::testing::TempDir(), "/proc.XXXXXX");
    ASSERT_NE(mkdtemp(proc_.data()), nullptr);
  }

  // A process that started `ticks` clock ticks after boot.
  void AddProcess(uint32_t pid, uint64_t ticks, const std::string& cmdline) {
    const std::string folder = absl::StrCat(proc_, "/", pid);
    ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
    std::ofstream(folder + "/cmdline") << cmdline;
    std::ofstream(folder + "/environ") << Strings({"HOME=/"});
    std::ofstream(folder + "/stat")
        << pid << " (a) b (c) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 "
        << ticks << " 1 2 3\n";
  }

  // A reader of `stream`, as if it were the iterator.
  std::unique_ptr<SnapshotReader> MakeReader(const std::string& stream) {
    const std::string path = absl::StrCat(proc_, "/stream");
    std::ofstream(path, std::ios::binary) << stream;
    return std::make_unique<SnapshotReader>(open(path.c_str(), O_RDONLY),
                                            proc_);
  }

  const uint64_t tick_ns_ = 1'000'000'000 / sysconf(_SC_CLK_TCK);
  std::string proc_;
};

TEST_F(SnapshotReaderTest, AddsWhatOnlyProcKnows) {
  AddProcess(10, 500, Strings({"init", "splash"}));
  auto reader = MakeReader(TaskOf(10, 500 * tick_ns_ + 1));
  const auto tasks = reader->Next();
  ASSERT_TRUE(tasks.ok()) << tasks.status();
  ASSERT_EQ(tasks->size(), 1u);
  EXPECT_EQ(Text((*tasks)[0], &eyrie_task_args::exe), "init");
  EXPECT_EQ(Text((*tasks)[0], &eyrie_task_args::args), Strings({"splash"}));
  EXPECT_EQ(Text((*tasks)[0], &eyrie_task_args::env), Strings({"HOME=/"}));
  EXPECT_TRUE(reader->Next()->empty());
}

TEST_F(SnapshotReaderTest, TakesNothingFromALaterProcessOfTheSameNumber) {
  AddProcess(10, 501, Strings({"other"}));
  auto reader = MakeReader(TaskOf(10, 500 * tick_ns_) + TaskOf(11, 1));
  const auto tasks = reader->Next();
  ASSERT_EQ(tasks->size(), 2u);
  EXPECT_EQ(Text((*tasks)[0], &eyrie_task_args::exe), "(none)");
  // And nothing at all of one that is gone.
  EXPECT_EQ(Text((*tasks)[1], &eyrie_task_args::exe), "(none)");
}

TEST_F(SnapshotReaderTest, JoinsRecordsAcrossReads) {
  std::string stream;
  constexpr uint32_t kProcesses = 100;
  for (uint32_t pid = 1; pid <= kProcesses; ++pid) {
    stream += TaskOf(pid, pid, 1 + 97 * pid);
  }
  ASSERT_GT(stream.size(), 4u * 64 * 1024);
  auto reader = MakeReader(stream);
  uint32_t expected = 0;
  while (true) {
    const auto tasks = reader->Next();
    ASSERT_TRUE(tasks.ok()) << tasks.status();
    if (tasks->empty()) break;
    for (const RecordView& task : *tasks) {
      EXPECT_EQ(task.process().pid, ++expected);
    }
  }
  EXPECT_EQ(expected, kProcesses);
}

TEST_F(SnapshotReaderTest, ReportsWhatTheIteratorSays) {
  SnapshotReader reader(open(proc_.c_str(), O_RDONLY | O_DIRECTORY), proc_);
  const auto tasks = reader.Next();
  EXPECT_EQ(tasks.status().message().substr(0, 30),
            "reading the process iterator: ");
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/process_table.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "collector/enrich/proc_reader.h"
#include "collector/enrich/process_image.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

constexpr uint64_t kSecond = 1'000'000'000;

class FakeProcReader : public ProcReader {
 public:
  absl::StatusOr<ProcFacts> Read(uint32_t pid) override {
    ++reads;
    const auto it = processes.find(pid);
    if (it == processes.end()) return absl::NotFoundError("no such process");
    return it->second;
  }

  std::map<uint32_t, ProcFacts> processes;
  int reads = 0;
};

ProcessKey Key(uint32_t pid, uint64_t start_ns, uint32_t exec_id = 1) {
  ProcessKey key;
  key.pid = pid;
  key.exec_id = exec_id;
  key.start_time_ns = start_ns;
  return key;
}

// A process image as one of the scenarios below names it.
struct Who {
  uint32_t pid;
  uint64_t start_ns;
  uint32_t exec_id = 1;
};

RecordBuilder On(absl::string_view event, const Who& who, uint64_t time_ns) {
  RecordBuilder builder(event);
  builder.Process(who.pid, who.start_ns, who.exec_id).Time(time_ns);
  return builder;
}

RecordBuilder Exec(const Who& who, const Who& parent, absl::string_view path,
                   uint64_t time_ns, absl::string_view event = "execve") {
  RecordBuilder builder = On(event, who, time_ns);
  const std::string name(path.substr(path.rfind('/') + 1));
  builder.Parent(parent.pid)
      .Comm(name)
      .Result(0)
      .Set("exe", path)
      .Set("comm", name)
      .Set("trusted_exepath", path)
      .Set("cwd", "/root")
      .Set("parent_start_time", static_cast<int64_t>(parent.start_ns))
      .Set("parent_exec_id", static_cast<int64_t>(parent.exec_id))
      .Set("pgid", static_cast<int64_t>(who.pid))
      .Set("sid", static_cast<int64_t>(who.pid))
      .Set("vpid", static_cast<int64_t>(who.pid));
  return builder;
}

RecordBuilder Task(const Who& who, const Who& parent, absl::string_view path,
                   uint64_t time_ns) {
  RecordBuilder builder = Exec(who, parent, path, time_ns, "task");
  builder.Flags(EYRIE_RECORD_SNAPSHOT);
  return builder;
}

RecordBuilder Fork(const Who& maker, const Who& child, uint64_t time_ns,
                   int64_t flags = 0) {
  RecordBuilder builder = On("clone", maker, time_ns);
  builder.Comm("bash")
      .Result(child.pid)
      .Set("child_tid", static_cast<int64_t>(child.pid))
      .Set("child_pid", static_cast<int64_t>(child.pid))
      .Set("flags", flags)
      .Set("vpid", static_cast<int64_t>(child.pid))
      .Set("child_start_time", static_cast<int64_t>(child.start_ns))
      .Set("child_exec_id", static_cast<int64_t>(child.exec_id));
  return builder;
}

RecordBuilder Exit(const Who& who, uint64_t time_ns, bool is_last = true) {
  RecordBuilder builder = On("procexit", who, time_ns);
  builder.Comm("bash").Set("group_dead", is_last ? 1 : 0);
  return builder;
}

class ProcessTableTest : public ::testing::Test {
 protected:
  ProcessImage& Apply(RecordBuilder builder) {
    bytes_ = builder.Build();
    return table().Apply(RecordView::Trusted(bytes_.data()));
  }
  ProcessTable& table() {
    if (table_ == nullptr) {
      table_ = std::make_unique<ProcessTable>(options_, &proc_);
    }
    return *table_;
  }
  ProcessImage* Find(const Who& who) {
    return table().Find(Key(who.pid, who.start_ns, who.exec_id));
  }
  // Facts of an image as the server would see them.
  v1::Process Facts(const Who& who) {
    const ProcessImage* image = Find(who);
    if (image == nullptr) return {};
    v1::Process facts = image->state;
    EXPECT_TRUE(facts.MergeFromString(*image->fixed));
    return facts;
  }
  // Names of the ancestors, nearest first: "bash sshd systemd".
  std::string Ancestry(const Who& who) {
    std::string names;
    const ProcessImage* at = Find(who);
    for (int i = 0; at != nullptr && i < 100; ++i) {
      at = table().Parent(*at);
      if (at != nullptr) {
        absl::StrAppend(&names, i == 0 ? "" : " ", at->state.comm());
      }
    }
    return names;
  }

  ProcessTableOptions options_;
  FakeProcReader proc_;
  std::unique_ptr<ProcessTable> table_;
  std::string bytes_;
};

const Who kInit = {1, 1};
const Who kShell = {100, 1 * kSecond, 2};
// A process made by the shell, before and after its exec.
const Who kForked = {200, 2 * kSecond, 2};
const Who kExeced = {200, 2 * kSecond, 3};

TEST_F(ProcessTableTest, ExecGivesFactsAndParent) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  RecordBuilder exec = Exec(kShell, kInit, "/bin/bash", 5);
  exec.SetStrings("args", {"-c", "id"}).SetStrings("env", {"A=b"}).Uid(33);
  exec.Set("uid", 33);
  Apply(exec);
  const v1::Process facts = Facts(kShell);
  EXPECT_EQ(facts.exe(), "/bin/bash");
  EXPECT_EQ(facts.args(), std::string("-c\0id\0", 6));
  EXPECT_EQ(facts.env(), std::string("A=b\0", 4));
  EXPECT_EQ(facts.exe_path(), "/bin/bash");
  EXPECT_EQ(facts.comm(), "bash");
  EXPECT_EQ(facts.cwd(), "/root");
  EXPECT_EQ(facts.uid(), 33);
  EXPECT_FALSE(facts.partial());
  EXPECT_EQ(Ancestry(kShell), "init");
}

TEST_F(ProcessTableTest, ForkInheritsAndExecReplaces) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 10));
  EXPECT_EQ(Facts(kForked).exe(), "/bin/bash");
  EXPECT_EQ(Facts(kForked).vpid(), 200);
  EXPECT_EQ(Find(kForked)->fixed, Find(kShell)->fixed) << "facts are shared";
  EXPECT_EQ(Ancestry(kForked), "bash init");

  Apply(Exec(kExeced, kShell, "/bin/cat", 11));
  EXPECT_EQ(Facts(kExeced).exe(), "/bin/cat");
  EXPECT_EQ(Ancestry(kExeced), "bash init");
  // The image before keeps its own facts for records on their way.
  EXPECT_EQ(Facts(kForked).exe(), "/bin/bash");
  EXPECT_EQ(Ancestry(kForked), "bash init");
}

TEST_F(ProcessTableTest, FailedExecChangesNothing) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  RecordBuilder exec = Exec(kShell, kInit, "/bin/nothing", 6);
  exec.Comm("bash").Result(-2);
  Apply(exec);
  EXPECT_EQ(Facts(kShell).exe(), "/bin/bash");
}

TEST_F(ProcessTableTest, ParentIsTheNewestImageOfItsProcess) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 6));
  const Who next = {kShell.pid, kShell.start_ns, kShell.exec_id + 1};
  Apply(Exec(next, kInit, "/usr/bin/python3", 7));
  EXPECT_EQ(Ancestry(kForked), "python3");
}

TEST_F(ProcessTableTest, NewThreadIsNoProcess) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  RecordBuilder thread = Fork(kShell, {kShell.pid, kShell.start_ns, 2}, 6);
  thread.Set("child_tid", 101);
  Apply(thread);
  EXPECT_EQ(table().stats().images, 1);
}

TEST_F(ProcessTableTest, SiblingHasTheMakersParent) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 6, /*flags=*/0x8000));  // CLONE_PARENT
  EXPECT_EQ(Ancestry(kForked), "init");
}

TEST_F(ProcessTableTest, NameAndCredentialsFollowTheRecords) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(On("openat", kShell, 6).Comm("renamed").Uid(7).CgroupId(9));
  EXPECT_EQ(Facts(kShell).comm(), "renamed");
  EXPECT_EQ(Facts(kShell).uid(), 7);
  EXPECT_EQ(Facts(kShell).cgroup_id(), 9);
  // Another thread's name is not the process's.
  Apply(On("openat", kShell, 7).Tid(101).Comm("worker").Uid(7));
  EXPECT_EQ(Facts(kShell).comm(), "renamed");
  // An older record changes nothing.
  Apply(On("openat", kShell, 5).Comm("bash").Uid(0));
  EXPECT_EQ(Facts(kShell).comm(), "renamed");
  EXPECT_EQ(Facts(kShell).uid(), 7);
}

// A process that is moved into a container's cgroup without an exec stayed one
// of the host.
TEST_F(ProcessTableTest, PathOfCgroupFollowsAMove) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5).CgroupId(8).Set("cgroup", "/user"));
  ASSERT_EQ(Facts(kShell).cgroup(), "/user");
  Apply(On("openat", kShell, 6).CgroupId(8));
  EXPECT_EQ(proc_.reads, 0) << "not moved";

  ProcFacts facts;
  facts.start_time_ns = kShell.start_ns;
  facts.process.set_cgroup("/docker/1");
  proc_.processes[kShell.pid] = facts;
  Apply(On("openat", kShell, 7).CgroupId(9));
  EXPECT_EQ(Facts(kShell).cgroup(), "/docker/1");
  EXPECT_EQ(Facts(kShell).cgroup_id(), 9);

  proc_.processes.clear();
  Apply(On("openat", kShell, 8).CgroupId(10));
  EXPECT_EQ(Facts(kShell).cgroup(), "") << "unknown is better than wrong";
}

TEST_F(ProcessTableTest, ChdirChangesTheDirectory) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(On("chdir", kShell, 6).Result(0).Set("cwd", "/var"));
  EXPECT_EQ(Facts(kShell).cwd(), "/var");
  Apply(On("fchdir", kShell, 7).Result(-13).Set("cwd", "/secret"));
  EXPECT_EQ(Facts(kShell).cwd(), "/var");
  Apply(On("fchdir", kShell, 8).Result(0).Set("cwd", "/tmp"));
  EXPECT_EQ(Facts(kShell).cwd(), "/tmp");
}

TEST_F(ProcessTableTest, ExitedProcessStaysForItsGrace) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Exit(kShell, 10 * kSecond, /*is_last=*/false));
  EXPECT_EQ(Find(kShell)->life, ProcessImage::Life::kLive);
  Apply(Exit(kShell, 10 * kSecond));
  EXPECT_EQ(Find(kShell)->life, ProcessImage::Life::kExited);
  table().Expire(40 * kSecond);
  EXPECT_NE(Find(kShell), nullptr) << "grace is 30 s";
  table().Expire(40 * kSecond + 1);
  EXPECT_EQ(Find(kShell), nullptr);
  EXPECT_EQ(table().stats().images, 0);
  EXPECT_EQ(table().stats().bytes, 0);
}

TEST_F(ProcessTableTest, ReplacedImageStaysForItsOwnGrace) {
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 1 * kSecond));
  Apply(Exec(kExeced, kShell, "/bin/cat", 1 * kSecond));
  table().Expire(6 * kSecond);
  EXPECT_NE(Find(kForked), nullptr) << "grace is 5 s";
  table().Expire(6 * kSecond + 1);
  EXPECT_EQ(Find(kForked), nullptr);
  EXPECT_NE(Find(kExeced), nullptr);
}

TEST_F(ProcessTableTest, OrphanKeepsItsMakerAsLongAsItLives) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 6));
  Apply(Exit(kShell, 7));
  // The kernel names the reaper now; who started it is still the shell.
  Apply(Exec(kExeced, kInit, "/usr/bin/daemon", 8));
  EXPECT_EQ(Ancestry(kExeced), "bash init");
  table().Expire(1000 * kSecond);
  EXPECT_EQ(Ancestry(kExeced), "bash init");

  Apply(Exit(kExeced, 1001 * kSecond));
  table().Expire(1031 * kSecond + 1);
  EXPECT_EQ(Find(kExeced), nullptr);
  // The shell had its own grace from the end of its last child.
  EXPECT_NE(Find(kShell), nullptr);
  table().Expire(1062 * kSecond + 1);
  EXPECT_EQ(Find(kShell), nullptr);
  EXPECT_EQ(table().stats().images, 1);
}

TEST_F(ProcessTableTest, ExecTakesTheKernelsParentWhileTheMakerLives) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 6));  // with CLONE_PARENT, but nobody said so
  Apply(Exec(kExeced, kInit, "/bin/cat", 7));
  EXPECT_EQ(Ancestry(kExeced), "init");
}

TEST_F(ProcessTableTest, ReusedPidIsAnotherProcess) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 6));
  Apply(Exit(kShell, 7));
  const Who reused = {kShell.pid, 9 * kSecond, 2};
  Apply(Exec(reused, kInit, "/bin/evil", 9 * kSecond));
  EXPECT_EQ(Ancestry(kForked), "bash init");
  EXPECT_EQ(Facts(reused).exe(), "/bin/evil");
  EXPECT_EQ(Facts(kShell).exe(), "/bin/bash");
  // A late record of the old process does not touch the new one.
  Apply(On("openat", kShell, 8 * kSecond).Comm("late"));
  EXPECT_EQ(Facts(reused).comm(), "evil");
}

TEST_F(ProcessTableTest, ReusedPidEndsAProcessWhoseExitWasLost) {
  options_.max_images = 3;
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec({50, 2}, kInit, "/bin/old", 2));
  Apply(Exec({60, 3}, kInit, "/bin/other", 3));
  // Its pid is taken: it must go before those that run.
  Apply(Exec({50, 20 * kSecond}, kInit, "/bin/new", 20 * kSecond));
  Apply(On("openat", kInit, 21 * kSecond));
  EXPECT_EQ(Find({50, 2}), nullptr);
  EXPECT_EQ(table().stats().evicted_ended, 1);
  EXPECT_EQ(table().stats().evicted_live, 0);
  // And if it is heard of again it is over from the start.
  Apply(On("openat", {50, 2}, 3));
  ASSERT_NE(Find({50, 2}), nullptr);
  EXPECT_EQ(Find({50, 2})->life, ProcessImage::Life::kExited);
  EXPECT_EQ(Facts({50, 20 * kSecond}).exe(), "/bin/new");
  EXPECT_EQ(proc_.reads, 0) << "/proc tells of the one that runs";
}

TEST_F(ProcessTableTest, PidOnlyParentMustBeOlder) {
  // The process that has the parent's pid now began after the child.
  Apply(Exec({50, 20 * kSecond}, kInit, "/bin/young", 20 * kSecond));
  Apply(On("openat", {60, 10 * kSecond}, 21 * kSecond).Parent(50));
  EXPECT_EQ(Ancestry({60, 10 * kSecond}), "");
  Apply(On("openat", {61, 20 * kSecond + 1}, 22 * kSecond).Parent(50));
  EXPECT_EQ(Ancestry({61, 20 * kSecond + 1}), "young");
}

TEST_F(ProcessTableTest, SnapshotAndLiveRecordsMergeInAnyOrder) {
  struct Case {
    const char* name;
    std::vector<RecordBuilder> records;
    std::string exe;
    std::string comm;
  };
  const std::vector<Case> cases = {
      {"snapshot first",
       {Task(kExeced, kShell, "/bin/cat", 20),
        On("openat", kExeced, 30).Comm("renamed")},
       "/bin/cat",
       "renamed"},
      {"live record first, snapshot older",
       {On("openat", kExeced, 30).Comm("renamed"),
        Task(kExeced, kShell, "/bin/cat", 20)},
       "/bin/cat",
       "renamed"},
      {"live record first, snapshot newer",
       {On("openat", kExeced, 10).Comm("before"),
        Task(kExeced, kShell, "/bin/cat", 20)},
       "/bin/cat",
       "cat"},
      {"live exec newer than the snapshot of the same image",
       {Exec(kExeced, kShell, "/bin/cat", 30),
        Task(kExeced, kShell, "/bin/old", 20)},
       "/bin/cat",
       "cat"},
      {"fork after the snapshot of the child",
       {Task(kShell, kInit, "/bin/bash", 5),
        Task(kExeced, kShell, "/bin/cat", 20), Fork(kShell, kExeced, 15)},
       "/bin/cat",
       "cat"},
      {"fork after the child's first record",
       {Task(kShell, kInit, "/bin/bash", 5),
        On("openat", kExeced, 20).Comm("child"), Fork(kShell, kExeced, 15)},
       "/bin/bash",
       "child"},
  };
  for (const Case& test : cases) {
    table_ = nullptr;
    for (const RecordBuilder& record : test.records) Apply(record);
    EXPECT_EQ(Facts(kExeced).exe(), test.exe) << test.name;
    EXPECT_EQ(Facts(kExeced).comm(), test.comm) << test.name;
    EXPECT_FALSE(Facts(kExeced).partial()) << test.name;
    EXPECT_EQ(Find(kExeced)->life, ProcessImage::Life::kLive) << test.name;
  }
}

TEST_F(ProcessTableTest, SnapshotDoesNotReviveOrReplace) {
  // Ended before its snapshot arrived.
  Apply(Exit(kShell, 30));
  Apply(Task(kShell, kInit, "/bin/bash", 20));
  EXPECT_EQ(Find(kShell)->life, ProcessImage::Life::kExited);
  EXPECT_EQ(Facts(kShell).exe(), "/bin/bash");
  // Made an exec before the snapshot of the image before it arrived.
  Apply(Exec(kExeced, kShell, "/bin/cat", 30));
  Apply(Task(kForked, kShell, "/bin/bash", 20));
  EXPECT_EQ(Find(kForked)->life, ProcessImage::Life::kReplaced);
  EXPECT_EQ(Find(kExeced)->life, ProcessImage::Life::kLive);
  EXPECT_EQ(table().GroupLeader(*Find(kExeced)), Find(kExeced));
}

TEST_F(ProcessTableTest, UnknownProcessIsPartialUntilProcTells) {
  RecordBuilder record = On("openat", kExeced, 5);
  record.Comm("cat").Uid(4).Parent(kShell.pid);
  Apply(record);
  EXPECT_TRUE(Facts(kExeced).partial());
  EXPECT_EQ(Facts(kExeced).comm(), "cat");
  EXPECT_EQ(Facts(kExeced).uid(), 4);
  EXPECT_EQ(Facts(kExeced).ppid(), kShell.pid);
  EXPECT_EQ(table().stats().unknown, 1);

  table_ = nullptr;
  ProcFacts facts;
  facts.start_time_ns = kExeced.start_ns;
  facts.ppid = kShell.pid;
  facts.process.set_comm("cat");
  facts.process.set_exe("/bin/cat");
  facts.process.set_cwd("/srv");
  proc_.processes[kExeced.pid] = facts;
  Apply(record);
  EXPECT_FALSE(Facts(kExeced).partial());
  EXPECT_EQ(Facts(kExeced).exe(), "/bin/cat");
  EXPECT_EQ(Facts(kExeced).cwd(), "/srv");
}

TEST_F(ProcessTableTest, ProcOfAnotherProcessOrImageIsNotTaken) {
  for (const bool is_other_process : {true, false}) {
    table_ = nullptr;
    ProcFacts facts;
    // The next clock tick is another process.
    facts.start_time_ns =
        kExeced.start_ns + (is_other_process ? 10'000'000 : 0);
    facts.process.set_comm(is_other_process ? "cat" : "after");
    facts.process.set_exe("/bin/other");
    proc_.processes[kExeced.pid] = facts;
    Apply(On("openat", kExeced, 5).Comm("cat"));
    EXPECT_TRUE(Facts(kExeced).partial()) << is_other_process;
    EXPECT_EQ(Facts(kExeced).exe(), "") << is_other_process;
  }
}

// Symptom: rules with `not proc.aname in (...)` stayed silent where the kernel
// leaves pid 1 out of its iterators, because the chain of ancestors was
// unknown.
TEST_F(ProcessTableTest, AncestorThatNoRecordNamesIsReadFromProc) {
  ProcFacts init;
  init.start_time_ns = 10'000'000;
  init.ppid = 0;
  init.process.set_comm("init");
  init.process.set_exe_path("/sbin/init");
  proc_.processes[1] = init;
  const ProcessImage& shell =
      Apply(Exec({50, kSecond}, {1, 10'000'123}, "/bin/bash", 2 * kSecond));
  ProcessImage* parent = table().Parent(shell);
  ASSERT_NE(parent, nullptr);
  EXPECT_EQ(parent->state.comm(), "init");
  EXPECT_EQ(parent->key.start_time_ns, 10'000'123u) << "the record is exact";
  EXPECT_EQ(table().Parent(*parent), nullptr) << "init has no parent";
  const int reads = proc_.reads;
  EXPECT_EQ(table().Parent(shell), parent);
  EXPECT_EQ(proc_.reads, reads) << "it is known now";
}

TEST_F(ProcessTableTest, ProcOfAYoungerProcessIsNoAncestor) {
  ProcFacts young;
  young.start_time_ns = 9 * kSecond;
  young.process.set_comm("young");
  proc_.processes[40] = young;
  const ProcessImage& shell =
      Apply(Exec({50, kSecond}, {40, 0}, "/bin/bash", 10 * kSecond));
  EXPECT_EQ(table().Parent(shell), nullptr);
}

TEST_F(ProcessTableTest, ProcReadsAreLimitedBySecond) {
  options_.max_proc_reads_per_second = 3;
  for (uint32_t i = 0; i < 10; ++i) {
    Apply(On("openat", {1000 + i, kSecond}, 5 * kSecond));
  }
  EXPECT_EQ(proc_.reads, 3);
  EXPECT_EQ(table().stats().proc_reads_skipped, 7);
  Apply(On("openat", {2000, kSecond}, 6 * kSecond));
  EXPECT_EQ(proc_.reads, 4);
}

TEST_F(ProcessTableTest, FullTableEvictsTheOldestEndedFirst) {
  options_.max_images = 4;
  Apply(Exec({10, 1}, kInit, "/bin/a", 1));
  Apply(Exec({11, 1}, {10, 1}, "/bin/b", 2));
  Apply(Exec({12, 1}, kInit, "/bin/c", 3));
  Apply(Exec({13, 1}, kInit, "/bin/d", 4));
  Apply(Exit({13, 1}, 5));
  Apply(Exit({12, 1}, 6));
  EXPECT_EQ(table().stats().images, 4) << "at the limit nothing goes";
  EXPECT_EQ(table().stats().evicted_ended, 0);

  Apply(Exec({14, 1}, kInit, "/bin/e", 7));
  Apply(On("openat", {14, 1}, 8));
  EXPECT_EQ(table().stats().images, 4);
  EXPECT_EQ(table().stats().evicted_ended, 1);
  EXPECT_EQ(Find({13, 1}), nullptr) << "ended before the other";
  EXPECT_NE(Find({12, 1}), nullptr);
  EXPECT_EQ(table().stats().evicted_live, 0);
}

TEST_F(ProcessTableTest, FullTableEvictsRunningProcessesWithoutChildren) {
  options_.max_images = 3;
  Apply(Exec({10, 1}, kInit, "/bin/a", 1));
  Apply(Exec({11, 1}, {10, 1}, "/bin/b", 2));
  Apply(Exec({12, 1}, kInit, "/bin/c", 3));
  Apply(Exec({13, 1}, kInit, "/bin/d", 4));
  Apply(On("openat", {13, 1}, 5));
  EXPECT_EQ(table().stats().images, 3);
  EXPECT_EQ(table().stats().evicted_live, 1);
  EXPECT_NE(Find({10, 1}), nullptr) << "has a child";
  EXPECT_EQ(Find({11, 1}), nullptr) << "the oldest without";
}

TEST_F(ProcessTableTest, ChurnInAFullTableCostsNoRunningProcessAndNoTruth) {
  constexpr uint32_t kServices = 16;
  constexpr uint32_t kPids = 25;  // that the jobs share
  constexpr uint64_t kJobs = 2000;
  options_.max_images = 48;
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  const auto service = [](uint64_t i) {
    return Who{static_cast<uint32_t>(100 + i % kServices), 1};
  };
  for (uint32_t i = 0; i < kServices; ++i) {
    Apply(Exec(service(i), kInit, absl::StrCat("/bin/service", i), 1));
  }
  // Each job begins, becomes a program and ends; its pid comes again soon.
  const auto job = [](uint64_t i, uint32_t exec_id) {
    return Who{static_cast<uint32_t>(1000 + i % kPids), i * kSecond, exec_id};
  };
  for (uint64_t i = 1; i <= kJobs; ++i) {
    const Who maker = service(i);
    const uint64_t now = i * kSecond / 1000 + kSecond;
    const std::string path = absl::StrCat("/bin/job", i);
    Apply(Fork(maker, job(i, 1), now)
              .Comm(absl::StrCat("service", i % kServices)));
    Apply(Exec(job(i, 2), maker, path, now + 1));
    ASSERT_EQ(Facts(job(i, 2)).exe(), path);
    ASSERT_EQ(Ancestry(job(i, 2)),
              absl::StrCat("service", i % kServices, " init"));
    // Whoever had the pid before may be forgotten, but is nobody else.
    if (i > kPids) {
      Apply(On("openat", job(i - kPids, 2), now + 2).Comm("late"));
      const std::string exe = Facts(job(i - kPids, 2)).exe();
      ASSERT_TRUE(exe.empty() || exe == absl::StrCat("/bin/job", i - kPids))
          << exe;
      ASSERT_EQ(Facts(job(i, 2)).comm(), absl::StrCat("job", i));
    }
    Apply(Exit(job(i, 2), now + 3));
    ASSERT_LE(table().stats().images, options_.max_images + 2);
  }
  for (uint32_t i = 0; i < kServices; ++i) {
    EXPECT_EQ(Facts(service(i)).exe(), absl::StrCat("/bin/service", i));
  }
  EXPECT_EQ(table().stats().evicted_live, 0);
  EXPECT_GT(table().stats().evicted_ended, kJobs);
}

TEST_F(ProcessTableTest, BytesAreLimitedToo) {
  // What one image takes depends on the library: measured, not guessed.
  RecordBuilder first = Exec({1000, 1}, kInit, "/bin/a", 1);
  first.SetStrings("env", {std::string(4000, 'x')});
  Apply(first);
  const uint64_t bytes_each = table().stats().bytes;
  EXPECT_GT(bytes_each, 4000);
  table_ = nullptr;
  options_.max_bytes = 10 * bytes_each;
  for (uint32_t i = 0; i < 50; ++i) {
    RecordBuilder exec = Exec({1000 + i, 1}, kInit, "/bin/a", i + 1);
    exec.SetStrings("env", {std::string(4000, 'x')});
    Apply(exec);
    Apply(Exit({1000 + i, 1}, i + 1));
    EXPECT_LE(table().stats().bytes, options_.max_bytes) << i;
  }
  EXPECT_EQ(table().stats().images, 10);
  EXPECT_EQ(table().stats().evicted_ended, 40);
}

TEST_F(ProcessTableTest, SharedFactsCountOnce) {
  RecordBuilder exec = Exec(kShell, kInit, "/bin/bash", 1);
  exec.SetStrings("env", {std::string(4000, 'x')});
  Apply(exec);
  const uint64_t before = table().stats().bytes;
  for (uint32_t i = 0; i < 10; ++i) {
    Apply(Fork(kShell, {300 + i, 2, 2}, 2));
  }
  EXPECT_LT(table().stats().bytes - before, 10 * 4000);
  // The last holder returns them.
  Apply(Exit(kShell, 3));
  for (uint32_t i = 0; i < 10; ++i) Apply(Exit({300 + i, 2, 2}, 4));
  table().Expire(100 * kSecond);
  table().Expire(200 * kSecond);
  EXPECT_EQ(table().stats().bytes, 0);
}

TEST_F(ProcessTableTest, LeadersAreFoundByPid) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  Apply(Exec(kShell, kInit, "/bin/bash", 5));
  Apply(Fork(kShell, kForked, 6));
  RecordBuilder exec = Exec(kExeced, kShell, "/bin/cat", 7);
  exec.Set("sid", kShell.pid).Set("pgid", kExeced.pid);
  Apply(exec);
  EXPECT_EQ(table().SessionLeader(*Find(kExeced)), Find(kShell));
  EXPECT_EQ(table().GroupLeader(*Find(kExeced)), Find(kExeced));
}

TEST_F(ProcessTableTest, OldestOfTheSessionStandsInForItsLeader) {
  Apply(Exec(kInit, {0, 0}, "/sbin/init", 1));
  RecordBuilder shell = Exec(kShell, kInit, "/bin/bash", 5);
  Apply(shell.Set("sid", 99).Set("pgid", 99));  // 99 is gone
  Apply(Fork(kShell, kForked, 6));
  Apply(Fork(kForked, {201, 3 * kSecond, 2}, 7));
  EXPECT_EQ(table().SessionLeader(*Find({201, 3 * kSecond, 2})), Find(kShell));
  EXPECT_EQ(table().SessionLeader(*Find(kShell)), nullptr);
  EXPECT_EQ(table().GroupLeader(*Find(kShell)), nullptr);
}

TEST_F(ProcessTableTest, RecordsOfHostileShapeDoNoHarm) {
  // A process that is its own parent, and two that are each other's.
  Apply(Exec({10, 1}, {10, 1}, "/bin/self", 1));
  EXPECT_EQ(table().Parent(*Find({10, 1})), nullptr);
  Apply(Exec({20, 1}, {21, 1}, "/bin/a", 1));
  Apply(Exec({21, 1}, {20, 1}, "/bin/b", 1));
  Apply(Exit({20, 1}, 2));
  Apply(Exit({21, 1}, 2));
  Apply(Exit({10, 1}, 2));
  // Forks of pid 0 and of the maker itself.
  Apply(Fork(kShell, {0, 0}, 3));
  Apply(Fork(kShell, kShell, 3));
  options_.max_images = 2;
  table().Expire(1000 * kSecond);
  EXPECT_LE(table().stats().images, 4);
}

}  // namespace
}  // namespace eyrie::collector

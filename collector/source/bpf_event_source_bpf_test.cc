// SPDX-License-Identifier: Apache-2.0
//
// The sensor as a whole, in the running kernel. What each event carries is
// tested in //bpf.

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "collector/source/bpf_event_source.h"
#include "proto/record.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::Record;
using ::eyrie::testing::StartTicks;
using ::eyrie::testing::ToTicks;
using ::eyrie::testing::WhyNoFunctionHooks;

constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr char kMissing[] = "/no such file of this test";

bool IsType(const Record& record, int type) {
  return record.view().type() == type;
}

// A child that opens `kMissing` once, and exits.
pid_t OpenInChild() {
  return ::eyrie::testing::RunInChild(
      [] { return open(kMissing, O_RDONLY) >= 0 ? 1 : 0; });
}

class BpfEventSourceTest : public ::testing::Test {
 protected:
  // Skips the test where the kernel cannot run the sensor.
  void Create(const BpfEventSourceOptions& options) {
    auto source = BpfEventSource::Create(options);
    if (absl::IsFailedPrecondition(source.status()) ||
        absl::IsPermissionDenied(source.status())) {
      std::printf("EYRIE_SKIP: %s\n", source.status().ToString().c_str());
      GTEST_SKIP() << source.status();
    }
    ASSERT_TRUE(source.ok()) << source.status();
    source_ = *std::move(source);
  }

  // Polls until `is_last` accepts a record of process `pid`; returns all of
  // that process.
  template <typename Predicate>
  std::vector<Record> PollUntil(pid_t pid, const Predicate& is_last) {
    std::vector<Record> all;
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const auto records = source_->Poll(absl::Milliseconds(100));
      EXPECT_TRUE(records.ok()) << records.status();
      if (!records.ok()) return all;
      bool is_done = false;
      for (const RecordView& record : *records) {
        if (record.process().pid != static_cast<uint32_t>(pid)) continue;
        all.emplace_back(record);
        is_done = is_done || is_last(all.back());
      }
      if (is_done) return all;
    }
    ADD_FAILURE() << "the awaited record did not come";
    return all;
  }

  // Whether a failed open is reported.
  bool SeesOpen() {
    const std::vector<Record> records =
        PollUntil(OpenInChild(), [](const Record& record) {
          return IsType(record, EYRIE_EVENT_procexit);
        });
    return std::any_of(records.begin(), records.end(), [](const Record& r) {
      return IsType(r, EYRIE_EVENT_openat);
    });
  }

  std::unique_ptr<BpfEventSource> source_;
};

// The numbers called `value`, added up over all descriptors of this process of
// the kind that has a line called `kind`.
uint64_t SumOfDescriptors(const std::string& kind, const std::string& value) {
  uint64_t sum = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fdinfo")) {
    std::ifstream file(entry.path());
    bool is_kind = false;
    std::string key;
    std::string text;
    while (file >> key && std::getline(file, text)) {
      is_kind = is_kind || key == kind;
      if (is_kind && key == value) sum += std::stoull(text);
    }
  }
  return sum;
}

// Kernel memory of all BPF maps that this process has descriptors of.
uint64_t OwnMapBytes() { return SumOfDescriptors("map_type:", "memlock:"); }

TEST_F(BpfEventSourceTest, RefusesRingsThatAreNone) {
  for (const size_t bytes : {size_t{0}, size_t{1000}, size_t{3 << 20},
                             size_t{2048}, size_t{1} << 31}) {
    const auto source =
        BpfEventSource::Create({.sensor = {.lifecycle_ring_bytes = bytes}});
    EXPECT_TRUE(absl::IsInvalidArgument(source.status()))
        << bytes << ": " << source.status();
  }
}

TEST_F(BpfEventSourceTest, MustBeStartedOnce) {
  Create({.sensor = {.hooks = CallHooks::kTracepoint}, .snapshot = false});
  if (IsSkipped()) return;
  EXPECT_EQ(source_->name(), "tp_btf");
  EXPECT_TRUE(
      absl::IsFailedPrecondition(source_->Poll(absl::ZeroDuration()).status()));
  EXPECT_TRUE(source_->Start().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(source_->Start()));
}

TEST_F(BpfEventSourceTest, BeginsWithTheProcessesThatAreThere) {
  Create({});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->Start().ok());
  std::map<uint32_t, Record> tasks;
  bool is_over = false;
  while (true) {
    const auto records = source_->Poll(absl::ZeroDuration());
    ASSERT_TRUE(records.ok()) << records.status();
    if (records->empty()) break;
    for (const RecordView& record : *records) {
      ASSERT_TRUE(RecordView::Check(record.raw()).ok());
      if (record.type() != EYRIE_EVENT_task) {
        is_over = true;
        continue;
      }
      EXPECT_FALSE(is_over) << "a task record after live ones";
      EXPECT_NE(record.flags() & EYRIE_RECORD_SNAPSHOT, 0u);
      EXPECT_TRUE(tasks.emplace(record.process().pid, Record(record)).second);
    }
    if (is_over) break;
  }
  using Args = eyrie_task_args;
  ASSERT_EQ(tasks.count(getpid()), 1u);
  const Record& self = tasks.at(getpid());
  EXPECT_EQ(ToTicks(self.header().process.start_time_ns), StartTicks("self"));
  EXPECT_EQ(self.Int(&Args::pid), getpid());
  EXPECT_EQ(self.Int(&Args::tid), getpid());
  EXPECT_EQ(self.Int(&Args::ptid), getppid());
  EXPECT_EQ(self.Int(&Args::sid), getsid(0));
  EXPECT_EQ(ToTicks(self.Int(&Args::parent_start_time)),
            StartTicks(std::to_string(getppid())));
  char path[PATH_MAX];
  ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  EXPECT_EQ(self.Text(&Args::exepath), std::string(path, size));
  size = readlink("/proc/self/cwd", path, sizeof(path));
  EXPECT_EQ(self.Text(&Args::cwd), std::string(path, size));
  std::ifstream cmdline("/proc/self/cmdline");
  EXPECT_EQ(self.Text(&Args::exe) + '\0' + self.Text(&Args::args),
            std::string(std::istreambuf_iterator<char>(cmdline), {}));
  std::ifstream environ("/proc/self/environ");
  EXPECT_EQ(
      self.Text(&Args::env).substr(0, 1000),
      std::string(std::istreambuf_iterator<char>(environ), {}).substr(0, 1000));
  // The maker of kernel threads has no memory to look at.
  ASSERT_EQ(tasks.count(2), 1u);
  EXPECT_EQ(tasks.at(2).Text(&Args::comm), "kthreadd");
  EXPECT_EQ(tasks.at(2).Text(&Args::exepath), "(none)");
  EXPECT_EQ(tasks.at(2).Text(&Args::exe), "(none)");
}

TEST_F(BpfEventSourceTest, TaxesSystemCallsOnlyWhileSomebodyWantsThem) {
  Create({.sensor = {.hooks = CallHooks::kTracepoint},
          .report_self = true,
          .snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->Start().ok());
  EXPECT_FALSE(source_->is_syscall_hook_attached());
  struct Step {
    std::vector<uint16_t> types;
    bool is_attached;
    bool is_open_seen;
  };
  const Step steps[] = {
      {{EYRIE_EVENT_procexit, EYRIE_EVENT_clone, 4000}, false, false},
      {{EYRIE_EVENT_openat}, true, true},
      {{EYRIE_EVENT_openat, EYRIE_EVENT_connect}, true, true},
      {{EYRIE_EVENT_connect}, true, false},
      {{}, false, false},
      {{EYRIE_EVENT_openat}, true, true},
  };
  for (const Step& step : steps) {
    ASSERT_TRUE(source_->SetEventTypes(step.types).ok());
    EXPECT_EQ(source_->is_syscall_hook_attached(), step.is_attached);
    EXPECT_EQ(SeesOpen(), step.is_open_seen) << &step - steps;
  }
}

TEST_F(BpfEventSourceTest, RefusesHooksThatTheKernelDoesNotTake) {
  const absl::Status why = WhyNoFunctionHooks();
  if (why.ok()) GTEST_SKIP() << "this kernel takes hooks on functions";
  const absl::Status status =
      BpfEventSource::Create({.sensor = {.hooks = CallHooks::kFunction}})
          .status();
  if (absl::IsPermissionDenied(status)) GTEST_SKIP() << status;
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), why.message())) << status;
}

TEST_F(BpfEventSourceTest, HooksFunctionsOnlyWhileSomebodyWantsThem) {
  if (const absl::Status why = WhyNoFunctionHooks(); !why.ok()) {
    GTEST_SKIP() << "hooks on functions are not tested here: " << why;
  }
  Create({.sensor = {.hooks = CallHooks::kFunction},
          .report_self = true,
          .snapshot = false});
  if (IsSkipped()) return;
  EXPECT_EQ(source_->name(), "fexit");
  ASSERT_TRUE(source_->Start().ok());
  struct Step {
    std::vector<uint16_t> types;
    uint64_t least_functions;
    bool is_open_seen;
  };
  const Step steps[] = {
      {{EYRIE_EVENT_procexit}, 0, false},
      {{EYRIE_EVENT_openat}, 1, true},
      // Of close the begin is hooked as well.
      {{EYRIE_EVENT_openat, EYRIE_EVENT_close, EYRIE_EVENT_setsid}, 4, true},
      {{EYRIE_EVENT_connect}, 1, false},
      {{}, 0, false},
  };
  for (const Step& step : steps) {
    ASSERT_TRUE(source_->SetEventTypes(step.types).ok());
    const std::vector<HookCount> hooks = source_->Hooks();
    EXPECT_EQ(hooks[0].count, 0u) << hooks[0].kind;
    EXPECT_GE(hooks[1].count, step.least_functions) << hooks[1].kind;
    EXPECT_EQ(hooks[1].count == 0, step.least_functions == 0);
    EXPECT_EQ(SeesOpen(), step.is_open_seen) << &step - steps;
  }
}

TEST_F(BpfEventSourceTest, MeasuresProgramsIfAsked) {
  Create({.sensor = {.measure_runs = true},
          .report_self = true,
          .snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->Start().ok());
  ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_openat}).ok());
  EXPECT_TRUE(SeesOpen());
  uint64_t call_runs = 0;
  uint64_t exit_runs = 0;
  for (const ProgramRuns& runs : source_->Runs()) {
    EXPECT_EQ(runs.runs > 0, runs.time_ns > 0) << runs.program;
    if (runs.program == "on_sys_exit" || runs.program == "__x64_sys_openat") {
      call_runs += runs.runs;
    }
    if (runs.program == "on_exit") exit_runs += runs.runs;
  }
  EXPECT_GE(call_runs, 1u);
  EXPECT_GE(exit_runs, 1u);
}

TEST_F(BpfEventSourceTest, TypesThatStaySeeNoGap) {
  Create({.report_self = true, .snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_openat}).ok());
  ASSERT_TRUE(source_->Start().ok());
  constexpr size_t kOpens = 5000;
  std::atomic<bool> is_over = false;
  std::atomic<size_t> opens = 0;
  std::thread opener([&] {
    for (; !is_over; ++opens) syscall(SYS_openat, AT_FDCWD, kMissing, 0);
  });
  size_t seen = 0;
  const auto count = [&](absl::Duration timeout) {
    const auto records = source_->Poll(timeout);
    ASSERT_TRUE(records.ok()) << records.status();
    for (const RecordView& record : *records) {
      // Not what the sensor itself opens to load more programs.
      seen += record.type() == EYRIE_EVENT_openat &&
              record.bytes(SlotOf(&eyrie_openat_args::name)) == kMissing;
    }
  };
  for (int i = 0; i < 200 || opens < kOpens; ++i) {
    std::vector<uint16_t> types = {EYRIE_EVENT_openat};
    if (i % 2 == 0) types.push_back(EYRIE_EVENT_connect);
    ASSERT_TRUE(source_->SetEventTypes(types).ok());
    count(absl::ZeroDuration());
  }
  is_over = true;
  opener.join();
  const absl::Time deadline = absl::Now() + kPatience;
  uint64_t lost = 0;
  while (seen + lost < opens && absl::Now() < deadline) {
    count(absl::Milliseconds(10));
    lost = 0;
    for (const SourceLoss& loss : source_->Losses()) lost += loss.count;
  }
  EXPECT_EQ(seen + lost, opens);
  EXPECT_GT(seen, kOpens / 2);
}

TEST_F(BpfEventSourceTest, DoesNotReportItself) {
  Create({.snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_openat}).ok());
  ASSERT_TRUE(source_->Start().ok());
  open(kMissing, O_RDONLY);
  const pid_t child = OpenInChild();
  // Its fork, which the process tree needs, and the child's open are there.
  const std::vector<Record> records =
      PollUntil(getpid(), [&](const Record& record) {
        return IsType(record, EYRIE_EVENT_clone) &&
               record.Int(&eyrie_clone_args::child_pid) == child;
      });
  for (const Record& record : records) {
    EXPECT_FALSE(IsType(record, EYRIE_EVENT_openat));
  }
}

TEST_F(BpfEventSourceTest, CountsWhatTheRingsCannotHold) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  Create({.sensor = {.lifecycle_ring_bytes = page, .event_ring_bytes = page},
          .report_self = true,
          .snapshot = false});
  if (IsSkipped()) return;
  EXPECT_TRUE(source_->Losses().empty());
  ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_openat}).ok());
  ASSERT_TRUE(source_->Start().ok());
  constexpr int kOpens = 200;
  for (int i = 0; i < kOpens; ++i) open(kMissing, O_RDONLY);
  for (int i = 0; i < 20; ++i) OpenInChild();
  std::map<std::pair<SourceLoss::Reason, int>, uint64_t> lost;
  for (const SourceLoss& loss : source_->Losses()) {
    lost[{loss.reason, loss.event_type}] += loss.count;
  }
  EXPECT_GT((lost[{SourceLoss::Reason::kEventRingFull, EYRIE_EVENT_openat}]),
            uint64_t{kOpens / 2});
  EXPECT_GT(
      (lost[{SourceLoss::Reason::kLifecycleRingFull, EYRIE_EVENT_procexit}]),
      1u);
}

// docs/operations.md promises it.
TEST_F(BpfEventSourceTest, KernelMemoryIsBounded) {
  constexpr uint64_t kFixed = 3 << 20;
  constexpr uint64_t kPerCpu = 96 << 10;
  const uint64_t before = OwnMapBytes();
  const BpfEventSourceOptions options{.snapshot = false};
  Create(options);
  if (IsSkipped()) return;
  EXPECT_LE(OwnMapBytes() - before,
            options.sensor.lifecycle_ring_bytes +
                options.sensor.event_ring_bytes + kFixed +
                kPerCpu * static_cast<uint64_t>(get_nprocs_conf()));
}

// Each costs the sensor's start 1 to 2 us.
TEST_F(BpfEventSourceTest, VerifierHasFewInstructionsToWalk) {
  constexpr uint64_t kMost = 250'000;
  for (const bool direct_loads : {true, false}) {
    Create({.sensor = {.hooks = CallHooks::kTracepoint,
                       .direct_loads = direct_loads},
            .snapshot = false});
    if (IsSkipped()) return;
    const uint64_t walked = SumOfDescriptors("prog_type:", "verified_insns:");
    EXPECT_LE(walked, kMost) << "direct loads: " << direct_loads;
    RecordProperty(direct_loads ? "direct" : "helper", std::to_string(walked));
    source_.reset();
  }
}

TEST_F(BpfEventSourceTest, TellsHowFullTheRingsWere) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  Create({.sensor = {.event_ring_bytes = page},
          .report_self = true,
          .snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_openat}).ok());
  ASSERT_TRUE(source_->Start().ok());
  const auto fill_of_events = [this] {
    const std::vector<BufferFill> fills = source_->Fills();
    EXPECT_EQ(fills.size(), 2u);
    EXPECT_EQ(fills.back().buffer, "event");
    return fills.back();
  };
  EXPECT_EQ(fill_of_events().size, page);
  EXPECT_EQ(fill_of_events().most_waiting, 0u);
  for (int i = 0; i < 200; ++i) open(kMissing, O_RDONLY);
  ASSERT_TRUE(source_->Poll(absl::ZeroDuration()).ok());
  EXPECT_GT(fill_of_events().waiting, page / 2);
  EXPECT_LE(fill_of_events().waiting, page);
  const uint64_t most = fill_of_events().most_waiting;
  EXPECT_GE(most, fill_of_events().waiting);
  // Nothing more comes; what was there is given back by the next look.
  ASSERT_TRUE(source_->SetEventTypes({}).ok());
  ASSERT_TRUE(source_->Poll(absl::ZeroDuration()).ok());
  ASSERT_TRUE(source_->Poll(absl::ZeroDuration()).ok());
  EXPECT_EQ(fill_of_events().waiting, 0u);
  EXPECT_EQ(fill_of_events().most_waiting, most);
}

TEST_F(BpfEventSourceTest, SequencesShowEveryLoss) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  Create({.sensor = {.event_ring_bytes = page},
          .report_self = true,
          .snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->SetEventTypes({EYRIE_EVENT_openat}).ok());
  ASSERT_TRUE(source_->Start().ok());
  std::map<uint32_t, uint64_t> last;  // sequence by CPU
  uint64_t seen = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i) open(kMissing, O_RDONLY);
    const auto records = source_->Poll(absl::ZeroDuration());
    ASSERT_TRUE(records.ok());
    for (const RecordView& record : *records) {
      if (record.type() != EYRIE_EVENT_openat) continue;
      const eyrie_record header = record.header();
      EXPECT_GT(header.sequence, last[header.cpu]);
      last[header.cpu] = header.sequence;
      ++seen;
    }
  }
  // A hole at the very end shows with the next record of that CPU.
  ASSERT_TRUE(source_->SetEventTypes({}).ok());
  uint64_t made = 0;
  for (const auto& [cpu, sequence] : last) made += sequence;
  uint64_t lost = 0;
  for (const SourceLoss& loss : source_->Losses()) {
    if (loss.reason == SourceLoss::Reason::kEventRingFull) lost += loss.count;
  }
  EXPECT_GT(lost, 0u);
  EXPECT_LE(made - seen, lost);
  EXPECT_GT(made - seen, 0u);
}

// A process that forks, execs and opens as fast as it can, with another that
// floods the event ring: no image may act before it exists.
TEST_F(BpfEventSourceTest, ImagesComeBeforeWhatTheyDo) {
  Create({.snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(
      source_->SetEventTypes({EYRIE_EVENT_openat, EYRIE_EVENT_chdir}).ok());
  ASSERT_TRUE(source_->Start().ok());
  const pid_t worker = fork();
  if (worker == 0) {
    execl("/bin/sh", "sh", "-c",
          "i=0; while [ $i -lt 150 ]; do cat /dev/null; i=$((i+1)); done",
          nullptr);
    _exit(99);
  }
  std::set<uint32_t> known;             // processes
  std::map<uint32_t, uint32_t> images;  // pid -> exec_id
  std::set<uint32_t> ended;
  known.insert(worker);
  size_t opens = 0;
  uint64_t last_time = 0;
  bool is_over = false;
  const absl::Time deadline = absl::Now() + 3 * kPatience;
  while (!is_over && absl::Now() < deadline) {
    const auto records = source_->Poll(absl::Milliseconds(10));
    ASSERT_TRUE(records.ok()) << records.status();
    for (const RecordView& view : *records) {
      const Record record(view);
      EXPECT_GE(view.time_ns() + 1'000'000, last_time);
      last_time = std::max(last_time, view.time_ns());
      const uint32_t pid = view.process().pid;
      if (view.type() >= EYRIE_EVENT_clone &&
          view.type() <= EYRIE_EVENT_vfork) {
        if (known.count(pid) != 0) {
          known.insert(
              static_cast<uint32_t>(record.Int(&eyrie_clone_args::child_pid)));
        }
      }
      if (known.count(pid) == 0) continue;
      if (view.type() == EYRIE_EVENT_execve) {
        images[pid] = view.process().exec_id;
      }
      if (view.type() == EYRIE_EVENT_openat) {
        ++opens;
        EXPECT_EQ(images[pid], view.process().exec_id) << "open before exec";
        EXPECT_EQ(ended.count(pid), 0u) << "open after exit";
      }
      if (view.type() == EYRIE_EVENT_procexit) ended.insert(pid);
      is_over = is_over || ended.count(worker) != 0;
    }
  }
  waitpid(worker, nullptr, 0);
  EXPECT_TRUE(is_over);
  EXPECT_GT(opens, 150u);
  EXPECT_TRUE(source_->Losses().empty());
}

TEST_F(BpfEventSourceTest, PollEndsAtItsTimeout) {
  Create({.snapshot = false});
  if (IsSkipped()) return;
  ASSERT_TRUE(source_->Start().ok());
  const absl::Time start = absl::Now();
  for (int i = 0; i < 100; ++i) {
    const auto records = source_->Poll(absl::Milliseconds(20));
    ASSERT_TRUE(records.ok());
    if (!records->empty()) continue;  // somebody else was active
    EXPECT_GE(absl::Now() - start, absl::Milliseconds(20));
    return;
  }
}

}  // namespace
}  // namespace eyrie::collector

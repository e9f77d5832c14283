// SPDX-License-Identifier: Apache-2.0
//
// Processes that end at once, as many as the machine makes, and a fork bomb:
// each is reported, once, with who started it.
//
// EYRIE_SHORT_LIVED_SECONDS changes how long short processes are made.

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "collector/enrich/process_table.h"
#include "collector/source/bpf_event_source.h"
#include "common/testing/status_matchers.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/flood.h"
#include "tests/testing/sequence_ledger.h"
#include "tests/testing/subprocess.h"

namespace eyrie::testing {
namespace {

using collector::BpfEventSource;
using collector::ProcessImage;
using collector::ProcessTable;
using collector::ProcessTableOptions;

constexpr absl::Duration kPatience = absl::Seconds(60);

// The program that ends at once.
const char* Program() {
  static const auto* const path =
      new std::string(BuiltFile("tests/testing/exit_now"));
  return path->c_str();
}

// Two ways in turn that programs are started by; both share the caller's memory
// until the exec.
void StartAndAwait() {
  thread_local bool is_spawn = false;
  is_spawn = !is_spawn;
  char* const argv[] = {const_cast<char*>("exit_now"), nullptr};
  pid_t child = -1;
  if (is_spawn) {
    posix_spawn(&child, Program(), nullptr, nullptr, argv, nullptr);
  } else {
    child = vfork();
    if (child == 0) {
      execv(Program(), argv);
      _exit(127);
    }
  }
  int status = -1;
  waitpid(child, &status, 0);
  if (status != 0) abort();
}

// What was told of one process, by pid and start time.
struct Life {
  int forks = 0;
  int execs = 0;
  int exits = 0;
  uint64_t begin_ns = 0;
  uint64_t end_ns = 0;
};
using Lives = std::map<std::pair<uint32_t, uint64_t>, Life>;

class ShortLivedBpfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
    auto source = BpfEventSource::Create({.snapshot = false});
    ASSERT_OK(source.status());
    source_ = *std::move(source);
    ASSERT_OK(source_->Start());
  }

  void Watch(const ProcessTableOptions& options) {
    table_ = std::make_unique<ProcessTable>(options, /*proc=*/nullptr);
  }

  // Takes what there is of processes that `root` started, directly or not.
  void Poll(pid_t root) {
    const auto records = source_->Poll(absl::Milliseconds(5));
    ASSERT_OK(records.status());
    for (const RecordView& record : *records) {
      ledger_.Add(record);
      ProcessImage& image = table_->Apply(record);
      most_images_ = std::max(most_images_, table_->stats().images);
      if (record.type() >= EYRIE_EVENT_clone &&
          record.type() <= EYRIE_EVENT_vfork) {
        EnterFork(record, static_cast<uint32_t>(root));
      } else if (record.type() == EYRIE_EVENT_execve) {
        EnterExec(record, &image);
      } else if (record.type() == EYRIE_EVENT_procexit) {
        EnterExit(record);
      }
    }
  }

  void EnterFork(const RecordView& record, uint32_t root) {
    const eyrie_process_key maker = record.process();
    const auto pid =
        static_cast<uint32_t>(record.u64(SlotOf(&eyrie_clone_args::child_pid)));
    if (pid == maker.pid) return;  // a thread
    if (maker.pid != root &&
        !lives_.contains({maker.pid, maker.start_time_ns})) {
      return;
    }
    Life& life =
        lives_[{pid, record.u64(SlotOf(&eyrie_clone_args::child_start_time))}];
    ++life.forks;
    life.begin_ns = record.time_ns();
    if (maker.pid == root) root_start_ns_ = maker.start_time_ns;
  }

  void EnterExec(const RecordView& record, ProcessImage* image) {
    const eyrie_process_key key = record.process();
    const auto life = lives_.find({key.pid, key.start_time_ns});
    if (life == lives_.end()) return;
    ++life->second.execs;
    EXPECT_EQ(image->state.comm(), "exit_now");
    const ProcessImage* parent = table_->Parent(*image);
    ASSERT_NE(parent, nullptr) << "process " << key.pid;
    EXPECT_EQ(parent->key.pid, record.header().ppid);
    EXPECT_EQ(parent->key.start_time_ns, root_start_ns_);
    EXPECT_EQ(record.u64(SlotOf(&eyrie_execve_args::parent_start_time)),
              root_start_ns_);
  }

  void EnterExit(const RecordView& record) {
    const eyrie_process_key key = record.process();
    const auto life = lives_.find({key.pid, key.start_time_ns});
    if (life == lives_.end()) return;
    life->second.exits +=
        record.u64(SlotOf(&eyrie_procexit_args::group_dead)) != 0;
    life->second.end_ns = record.time_ns();
    ended_ += life->second.exits == 1;
  }

  // Polls until `count` of the processes have ended.
  void AwaitEnds(pid_t root, uint64_t count) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (ended_ < count && absl::Now() < deadline) Poll(root);
    EXPECT_EQ(ended_, count);
    EXPECT_EQ(lives_.size(), count);
  }

  void ExpectNothingLost() const {
    EXPECT_TRUE(source_->Losses().empty());
    const auto totals = ledger_.totals(SequenceLedger::kLifecycle);
    EXPECT_EQ(totals.missing(), 0u);
    EXPECT_EQ(totals.out_of_order, 0u);
  }

  std::unique_ptr<BpfEventSource> source_;
  std::unique_ptr<ProcessTable> table_;
  SequenceLedger ledger_;
  Lives lives_;
  uint64_t root_start_ns_ = 0;
  uint64_t ended_ = 0;
  uint64_t most_images_ = 0;
};

TEST_F(ShortLivedBpfTest, EachIsToldOnceWithItsParent) {
  const char* text = std::getenv("EYRIE_SHORT_LIVED_SECONDS");
  double seconds = 5;
  ASSERT_TRUE(text == nullptr || absl::SimpleAtod(text, &seconds)) << text;
  Watch({});
  Flood starters(2, StartAndAwait);
  const pid_t root = starters.pid();
  const absl::Time start = absl::Now();
  while (absl::Now() - start < absl::Seconds(seconds)) Poll(root);
  const uint64_t made = starters.Stop();
  const absl::Duration elapsed = absl::Now() - start;
  AwaitEnds(root, made);
  uint64_t shorter_than_1ms = 0;
  for (const auto& [process, life] : lives_) {
    EXPECT_EQ(life.forks, 1) << process.first;
    EXPECT_EQ(life.execs, 1) << process.first;
    EXPECT_EQ(life.exits, 1) << process.first;
    shorter_than_1ms += life.end_ns - life.begin_ns < 1'000'000;
  }
  EXPECT_GT(shorter_than_1ms, 0u);
  ExpectNothingLost();
  std::printf("%.0f processes a second for %.0f s, %.1f %% shorter than 1 ms\n",
              static_cast<double>(made) / absl::ToDoubleSeconds(elapsed),
              absl::ToDoubleSeconds(elapsed),
              100.0 * static_cast<double>(shorter_than_1ms) /
                  static_cast<double>(made));
}

// ---- fork bomb -------------------------------------------------------------

constexpr int kBomb = 3000;

// Each process forks as long as fewer than kBomb were made, and stays; so do
// its children. Ends with the process that started it.
[[noreturn]] void Explode(std::atomic<int>* made) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (made->fetch_add(1) < kBomb) {
    const pid_t child = fork();
    if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (child < 0) made->fetch_sub(1);
  }
  while (true) pause();
}

TEST_F(ShortLivedBpfTest, ForkBombIsToldWholeAndTheTableStaysInItsBounds) {
  constexpr size_t kImages = 1024;
  Watch({.max_images = kImages});
  void* memory = mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const made = new (memory) std::atomic<int>(0);
  const pid_t root = fork();
  if (root == 0) {
    setpgid(0, 0);
    Explode(made);
  }
  const absl::Time deadline = absl::Now() + kPatience;
  while (lives_.size() < kBomb && absl::Now() < deadline) Poll(root);
  EXPECT_EQ(lives_.size(), size_t{kBomb});
  EXPECT_EQ(kill(-root, SIGKILL), 0);
  waitpid(root, nullptr, 0);
  AwaitEnds(root, kBomb);
  munmap(memory, sizeof(std::atomic<int>));
  for (const auto& [process, life] : lives_) {
    EXPECT_EQ(life.forks, 1) << process.first;
    EXPECT_EQ(life.exits, 1) << process.first;
  }
  ExpectNothingLost();
  // What one record touches may go beyond until the next.
  EXPECT_LE(most_images_, kImages + 2);
  EXPECT_GT(table_->stats().evicted_live, 0u);
}

}  // namespace
}  // namespace eyrie::testing

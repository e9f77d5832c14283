// SPDX-License-Identifier: Apache-2.0
//
// Fork and exit of real processes and threads, argument by argument.

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "collector/source/kernel_hooks.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

using ForkArgs = eyrie_clone_args;
using ExitArgs = eyrie_procexit_args;

// How often the end of a whole process may be told: an older kernel leaves it
// to the sensor to find out (bpf/process.bpf.c).
::testing::Matcher<int> IsOneDeath() {
  const collector::KernelHooks kernel;
  const bool kernel_tells =
      kernel.TracepointArguments("sched_process_exit") > 1;
  if (kernel_tells) return ::testing::Eq(1);
  return ::testing::Ge(1);
}

class ProcessEventsTest : public SensorTest {
 protected:
  // Checks a record of this process making process `child`.
  void ExpectFork(const Record& record, pid_t child) {
    const eyrie_record header = record.header();
    EXPECT_EQ(ToTicks(header.process.start_time_ns), StartTicks("self"));
    EXPECT_EQ(header.result, child);
    EXPECT_EQ(record.Int(&ForkArgs::res), child);
    EXPECT_EQ(record.Int(&ForkArgs::child_tid), child);
    EXPECT_EQ(record.Int(&ForkArgs::child_pid), child);
    EXPECT_EQ(record.Int(&ForkArgs::vtid), child);
    EXPECT_EQ(record.Int(&ForkArgs::vpid), child);
    // Until it calls exec the child runs the parent's image.
    EXPECT_EQ(record.Int(&ForkArgs::child_exec_id), header.process.exec_id);
    EXPECT_GT(static_cast<uint64_t>(record.Int(&ForkArgs::child_start_time)),
              header.process.start_time_ns);
  }
};
EYRIE_INSTANTIATE_SENSOR_TEST(ProcessEventsTest);

TEST_P(ProcessEventsTest, ForkNamesParentAndChild) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const uint64_t child_start = StartTicks(std::to_string(child));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const Record record = Await(EYRIE_EVENT_clone);
  ExpectFork(record, child);
  EXPECT_EQ(ToTicks(record.Int(&ForkArgs::child_start_time)), child_start);
  EXPECT_EQ(record.Int(&ForkArgs::flags) & (CLONE_THREAD | CLONE_VM), 0);
  EXPECT_NE(record.Int(&ForkArgs::flags) & CLONE_CHILD_SETTID, 0);
}

TEST_P(ProcessEventsTest, EachCallHasItsOwnType) {
#ifdef SYS_fork
  pid_t child = static_cast<pid_t>(syscall(SYS_fork));
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  ExpectFork(Await(EYRIE_EVENT_fork), child);
  child = vfork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  ExpectFork(Await(EYRIE_EVENT_vfork), child);
#endif
  clone_args arguments = {.flags = CLONE_FS | CLONE_FILES,
                          .exit_signal = SIGCHLD};
  const pid_t other =
      static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
  ASSERT_GE(other, 0) << strerror(errno);
  if (other == 0) _exit(0);
  waitpid(other, nullptr, 0);
  const Record record = Await(EYRIE_EVENT_clone3);
  ExpectFork(record, other);
  EXPECT_EQ(record.Int(&ForkArgs::flags), CLONE_FS | CLONE_FILES);
}

TEST_P(ProcessEventsTest, ThreadBelongsToItsMaker) {
  pid_t tid = 0;
  std::thread([&] { tid = gettid(); }).join();
  bool is_clone3 = false;
  // The C library uses whichever the kernel has.
  std::vector<Record> all = AwaitAll(EYRIE_EVENT_procexit, getpid());
  const Record* made = nullptr;
  for (const Record& record : all) {
    const int type = record.view().type();
    if (type == EYRIE_EVENT_clone || type == EYRIE_EVENT_clone3) {
      made = &record;
      is_clone3 = type == EYRIE_EVENT_clone3;
    }
  }
  ASSERT_NE(made, nullptr) << is_clone3;
  EXPECT_EQ(made->Int(&ForkArgs::child_tid), tid);
  EXPECT_EQ(made->Int(&ForkArgs::child_pid), getpid());
  EXPECT_EQ(made->Int(&ForkArgs::vtid), tid);
  EXPECT_EQ(made->Int(&ForkArgs::vpid), getpid());
  EXPECT_EQ(ToTicks(made->Int(&ForkArgs::child_start_time)),
            StartTicks("self"));
  EXPECT_NE(made->Int(&ForkArgs::flags) & CLONE_THREAD, 0);
  const Record& ended = all.back();
  EXPECT_EQ(ended.header().tid, static_cast<uint32_t>(tid));
  EXPECT_EQ(ended.Int(&ExitArgs::group_dead), 0);
  EXPECT_EQ(ended.Int(&ExitArgs::status), 0);
}

TEST_P(ProcessEventsTest, NumbersInsideAPidNamespace) {
  int status = 0;
  const pid_t child = RunInChild(
      [] {
        if (unshare(CLONE_NEWPID) != 0) return 1;
        const pid_t init = fork();
        if (init == 0) _exit(getpid() == 1 ? 0 : 1);
        int inner;
        waitpid(init, &inner, 0);
        return inner == 0 ? 0 : 2;
      },
      &status);
  ASSERT_EQ(status, 0);
  const Record record = Await(EYRIE_EVENT_clone, child);
  EXPECT_EQ(record.Int(&ForkArgs::vpid), 1);
  EXPECT_EQ(record.Int(&ForkArgs::vtid), 1);
  EXPECT_GT(record.Int(&ForkArgs::child_pid), 1);
}

TEST_P(ProcessEventsTest, ExitTellsHow) {
  struct Case {
    const char* name;
    int code;    // passed to exit, or
    int signal;  // sent to itself
    int status;
  };
  const Case cases[] = {
      {"success", 0, 0, 0},
      {"failure", 7, 0, 7 << 8},
      {"largest code", 255, 0, 255 << 8},
      {"terminated", 0, SIGTERM, SIGTERM},
      {"killed", 0, SIGKILL, SIGKILL},
  };
  for (const Case& c : cases) {
    int status = 0;
    const pid_t child = RunInChild(
        [&] {
          if (c.signal != 0) kill(getpid(), c.signal);
          return c.code;
        },
        &status);
    ASSERT_EQ(status, c.status) << c.name;
    const Record record = Await(EYRIE_EVENT_procexit, child);
    EXPECT_EQ(record.Int(&ExitArgs::status), c.status) << c.name;
    EXPECT_EQ(record.Int(&ExitArgs::ret), c.code) << c.name;
    EXPECT_EQ(record.Int(&ExitArgs::sig), c.signal) << c.name;
    EXPECT_EQ(record.Int(&ExitArgs::core), 0) << c.name;
    EXPECT_EQ(record.Int(&ExitArgs::group_dead), 1) << c.name;
    EXPECT_GT(record.Int(&ExitArgs::reaper_tid), 0) << c.name;
    EXPECT_EQ(record.header().ppid, static_cast<uint32_t>(getpid()));
    EXPECT_NE(record.header().mnt_ns, 0u) << c.name;
  }
}

TEST_P(ProcessEventsTest, CoreDumpIsTold) {
  int status = 0;
  const pid_t child = RunInChild(
      [&] {
        if (chdir(directory().c_str()) != 0) return 1;
        const rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_CORE, &unlimited);
        signal(SIGABRT, SIG_DFL);
        kill(getpid(), SIGABRT);
        return 0;
      },
      &status);
  const Record record = Await(EYRIE_EVENT_procexit, child);
  EXPECT_EQ(record.Int(&ExitArgs::sig), SIGABRT);
  EXPECT_EQ(record.Int(&ExitArgs::core), WCOREDUMP(status) ? 1 : 0);
  EXPECT_EQ(record.Int(&ExitArgs::status), status);
}

TEST_P(ProcessEventsTest, ExitOfAGroupIsToldOnce) {
  const pid_t child = RunInChild([] {
    std::thread([] { pause(); }).detach();
    std::thread([] { pause(); }).detach();
    return 9;
  });
  int dead = 0;
  for (int i = 0; i < 3; ++i) {
    const Record record = Await(EYRIE_EVENT_procexit, child);
    EXPECT_EQ(record.Int(&ExitArgs::ret), 9);
    dead += record.Int(&ExitArgs::group_dead);
  }
  EXPECT_THAT(dead, IsOneDeath());
}

// Two threads that ended at once found none alive, and the process ended twice.
TEST_P(ProcessEventsTest, ProcessWhoseThreadsEndAtOnceEndsOnce) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 20; ++round) {
    const pid_t child = RunInChild([] {
      for (int i = 0; i < kThreads; ++i) std::thread([] { pause(); }).detach();
      return 9;
    });
    int dead = 0;
    for (int i = 0; i <= kThreads; ++i) {
      dead += Await(EYRIE_EVENT_procexit, child).Int(&ExitArgs::group_dead);
    }
    ASSERT_THAT(dead, IsOneDeath()) << "round " << round;
  }
}

TEST_P(ProcessEventsTest, SubreaperInheritsOrphans) {
  // child: subreaper -> middle -> leaf, whose end names the heir of its own.
  const pid_t child = RunInChild([] {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t middle = fork();
    if (middle == 0) {
      const pid_t leaf = fork();
      if (leaf == 0) _exit(0);
      waitpid(leaf, nullptr, 0);
      _exit(0);
    }
    waitpid(middle, nullptr, 0);
    return 0;
  });
  const Record forked = Await(EYRIE_EVENT_clone, child);
  const pid_t middle = static_cast<pid_t>(forked.Int(&ForkArgs::child_pid));
  const Record ended = Await(EYRIE_EVENT_procexit, middle);
  EXPECT_EQ(ended.Int(&ExitArgs::reaper_tid), child);
}

}  // namespace
}  // namespace eyrie::testing

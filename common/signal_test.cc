// SPDX-License-Identifier: Apache-2.0
//
// Tests of SignalWatcher with real signals. Each runs in a process of its own,
// since signals concern a whole process.

#include "common/signal.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

using ::testing::ExitedWithCode;

// Must stand before everything else in its process.
std::unique_ptr<SignalWatcher> Watch(std::function<void()> on_shutdown,
                                     std::function<void()> on_reload) {
  auto watcher =
      SignalWatcher::Create({std::move(on_shutdown), std::move(on_reload)});
  if (!watcher.ok()) std::abort();
  return *std::move(watcher);
}

void ShutDownBy(int number) {
  absl::Notification shut_down;
  const auto watcher = Watch([&] { shut_down.Notify(); }, [] { _exit(3); });
  kill(getpid(), number);
  shut_down.WaitForNotification();
  std::exit(0);
}

TEST(SignalWatcherDeathTest, ShutsDownOnSigtermAndSigint) {
  EXPECT_EXIT(ShutDownBy(SIGTERM), ExitedWithCode(0),
              "shutting down signal=SIGTERM");
  EXPECT_EXIT(ShutDownBy(SIGINT), ExitedWithCode(0),
              "shutting down signal=SIGINT");
}

void ReloadTwice() {
  absl::BlockingCounter reloads(2);
  absl::Notification first;
  bool is_first = true;
  const auto watcher = Watch([] { _exit(3); },
                             [&] {
                               if (std::exchange(is_first, false)) {
                                 first.Notify();
                               }
                               reloads.DecrementCount();
                             });
  kill(getpid(), SIGHUP);
  first.WaitForNotification();
  kill(getpid(), SIGHUP);
  reloads.Wait();
  std::exit(0);
}

TEST(SignalWatcherDeathTest, ReloadsAtEachSighup) {
  EXPECT_EXIT(ReloadTwice(), ExitedWithCode(0), "reloading signal=SIGHUP");
}

void ShutDownTwice() {
  absl::Notification shut_down;
  const auto watcher = Watch([&] { shut_down.Notify(); }, [] {});
  kill(getpid(), SIGTERM);
  shut_down.WaitForNotification();
  kill(getpid(), SIGTERM);
  pause();
}

TEST(SignalWatcherDeathTest, SecondSigtermEndsAtOnce) {
  EXPECT_EXIT(ShutDownTwice(), ExitedWithCode(128 + SIGTERM),
              "ending at once signal=15");
}

void DestroyAndSignal() {
  Watch([] { _exit(3); }, [] { _exit(4); }).reset();
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGHUP);
  std::exit(0);
}

TEST(SignalWatcherDeathTest, LateSignalsChangeNothing) {
  EXPECT_EXIT(DestroyAndSignal(), ExitedWithCode(0), "");
}

void WriteToNobody() {
  const auto watcher = Watch([] {}, [] {});
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) _exit(3);
  close(ends[0]);
  std::exit(write(ends[1], "x", 1) < 0 ? 0 : 4);
}

TEST(SignalWatcherDeathTest, BrokenPipesAreErrorsOnly) {
  EXPECT_EXIT(WriteToNobody(), ExitedWithCode(0), "");
}

}  // namespace
}  // namespace eyrie

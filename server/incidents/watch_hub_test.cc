// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/watch_hub.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;

// Publishes `count` changes at once.
void Publish(WatchHub& hub, int count = 1, size_t summary_bytes = 0) {
  std::vector<IncidentChange> changes(static_cast<size_t>(count));
  for (IncidentChange& change : changes) {
    change.incident.set_summary(std::string(summary_bytes, 'x'));
  }
  hub.Publish(std::move(changes));
}

// Numbers of the changes after `token`; does not wait.
std::vector<uint64_t> Take(WatchHub& hub, std::string& token, size_t max = 1000,
                           uint64_t expected_dropped = 0) {
  uint64_t dropped = 99;
  const auto changes = hub.Next(token, max, absl::InfinitePast(), &dropped);
  EXPECT_THAT(changes, IsOk());
  EXPECT_EQ(dropped, expected_dropped);
  std::vector<uint64_t> numbers;
  if (!changes.ok()) return numbers;
  for (const auto& change : *changes) numbers.push_back(change->number);
  return numbers;
}

using Numbers = std::vector<uint64_t>;

TEST(WatchHubTest, StartsFromNow) {
  WatchHub hub(1);
  Publish(hub, 2);
  std::string token;
  EXPECT_EQ(Take(hub, token), Numbers());
  EXPECT_NE(token, "");
  Publish(hub, 2);
  EXPECT_EQ(Take(hub, token), (Numbers{3, 4}));
  EXPECT_EQ(Take(hub, token), Numbers());
}

TEST(WatchHubTest, ResumesWhereATokenWasGiven) {
  WatchHub hub(1);
  std::string token;
  Take(hub, token);
  Publish(hub, 3);
  std::string resumed = token;
  EXPECT_EQ(Take(hub, token), (Numbers{1, 2, 3}));
  EXPECT_EQ(Take(hub, resumed, 2), (Numbers{1, 2}));
  EXPECT_EQ(Take(hub, resumed, 2), (Numbers{3}));
  EXPECT_EQ(resumed, token);
}

TEST(WatchHubTest, TellsASlowWatcherWhatItMissed) {
  WatchHub hub(1, /*history=*/4);
  std::string token;
  Take(hub, token);
  Publish(hub, 4);
  std::string just_in_time = token;
  EXPECT_EQ(Take(hub, just_in_time), (Numbers{1, 2, 3, 4}));
  Publish(hub, 3);
  EXPECT_EQ(Take(hub, token, 1000, 3), (Numbers{4, 5, 6, 7}));
  EXPECT_EQ(Take(hub, token), Numbers());
}

TEST(WatchHubTest, OverflowsInOnePublicationAsWell) {
  WatchHub hub(1, /*history=*/4);
  std::string token;
  Take(hub, token);
  Publish(hub, 10);
  EXPECT_EQ(Take(hub, token, 2, 6), (Numbers{7, 8}));
  EXPECT_EQ(Take(hub, token, 2), (Numbers{9, 10}));
}

TEST(WatchHubTest, BoundsTheBytesOfItsHistory) {
  WatchHub hub(1, /*history=*/1'000'000);
  std::string token;
  Take(hub, token);
  constexpr size_t kBytes = WatchHub::kMaxHistoryBytes / 4;
  for (int i = 0; i < 6; ++i) Publish(hub, 1, kBytes);
  // A change has a few bytes more than its summary: three fit.
  EXPECT_EQ(Take(hub, token, 1000, 3), (Numbers{4, 5, 6}));
}

TEST(WatchHubTest, RejectsTokensOfOthers) {
  WatchHub first(1);
  WatchHub second(2);
  std::string token;
  Take(first, token);
  uint64_t dropped = 0;
  EXPECT_THAT(second.Next(token, 1, absl::InfinitePast(), &dropped),
              StatusIs(absl::StatusCode::kOutOfRange,
                       ::testing::HasSubstr("earlier run of the server")));
  // 1.1 is of the future.
  for (std::string bad : {"x", "1", "1.", ".", "1.1", "1.0.0", "01.0", "1.0 ",
                          "1.fffffffffffffffff"}) {
    EXPECT_THAT(first.Next(bad, 1, absl::InfinitePast(), &dropped),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
  }
}

TEST(WatchHubTest, WaitsForAChange) {
  WatchHub hub(1);
  std::string token;
  Take(hub, token);
  std::thread publisher([&hub] { Publish(hub); });
  uint64_t dropped = 0;
  const auto changes =
      hub.Next(token, 10, absl::Now() + absl::Minutes(1), &dropped);
  publisher.join();
  ASSERT_THAT(changes, IsOk());
  EXPECT_EQ(changes->size(), 1u);
}

TEST(WatchHubTest, StopWakesWatchers) {
  WatchHub hub(1);
  std::vector<std::thread> watchers;
  for (int i = 0; i < 4; ++i) {
    watchers.emplace_back([&hub] {
      std::string token;
      uint64_t dropped = 0;
      EXPECT_THAT(hub.Next(token, 1, absl::Now() + absl::Minutes(1), &dropped),
                  StatusIs(absl::StatusCode::kCancelled));
    });
  }
  hub.Stop();
  for (std::thread& watcher : watchers) watcher.join();
}

TEST(WatchHubTest, LosesNothingBetweenThreads) {
  WatchHub hub(1, /*history=*/100'000);
  std::string start;
  Take(hub, start);
  constexpr int kPublishers = 3;
  constexpr int kChanges = 2000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kPublishers; ++i) {
    threads.emplace_back([&hub] {
      for (int change = 0; change < kChanges; ++change) Publish(hub);
    });
  }
  std::string token = start;
  uint64_t expected = 1;
  while (expected <= kPublishers * kChanges) {
    uint64_t dropped = 0;
    const auto changes =
        hub.Next(token, 17, absl::Now() + absl::Minutes(1), &dropped);
    ASSERT_THAT(changes, IsOk());
    ASSERT_FALSE(changes->empty());
    for (const auto& change : *changes) {
      ASSERT_EQ(change->number, expected++);
    }
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace eyrie::server

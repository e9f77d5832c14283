// SPDX-License-Identifier: Apache-2.0
//
// Tests of BoundedQueue, alone and between threads.

#include "common/bounded_queue.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

TEST(BoundedQueueTest, PopsInOrder) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.Push(1));
  EXPECT_TRUE(queue.TryPush(2));
  EXPECT_TRUE(queue.Push(3));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), 3);
}

TEST(BoundedQueueTest, DropsAndCountsAtItsCapacity) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.TryPush(1));
  EXPECT_TRUE(queue.TryPush(2));
  EXPECT_FALSE(queue.TryPush(3));
  EXPECT_FALSE(queue.TryPush(4));
  EXPECT_EQ(queue.dropped(), 2u);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_TRUE(queue.TryPush(5));
  EXPECT_EQ(queue.dropped(), 2u);
}

TEST(BoundedQueueTest, PopGivesUpAtTheDeadline) {
  BoundedQueue<int> queue(1);
  EXPECT_EQ(queue.Pop(absl::InfinitePast()), std::nullopt);
  EXPECT_EQ(queue.Pop(absl::Now() + absl::Milliseconds(1)), std::nullopt);
  queue.Push(1);
  EXPECT_EQ(queue.Pop(absl::InfinitePast()), 1);
}

TEST(BoundedQueueTest, ClosedQueueGivesWhatItHoldsAndTakesNothing) {
  BoundedQueue<int> queue(2);
  queue.Push(1);
  queue.Close();
  EXPECT_TRUE(queue.is_closed());
  EXPECT_FALSE(queue.Push(2));
  EXPECT_FALSE(queue.TryPush(2));
  EXPECT_EQ(queue.dropped(), 0u);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueueTest, TakesMoveOnlyValues) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  queue.Push(std::make_unique<int>(7));
  const std::optional<std::unique_ptr<int>> value = queue.Pop();
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(**value, 7);
}

TEST(BoundedQueueTest, CloseWakesWhoWaits) {
  BoundedQueue<int> full(1);
  full.Push(1);
  BoundedQueue<int> empty(1);
  std::thread pusher([&] { EXPECT_FALSE(full.Push(2)); });
  std::thread popper([&] { EXPECT_EQ(empty.Pop(), std::nullopt); });
  full.Close();
  empty.Close();
  pusher.join();
  popper.join();
}

TEST(BoundedQueueTest, CarriesEveryValueOnceBetweenManyThreads) {
  constexpr int kThreads = 4;
  constexpr int64_t kValues = 5000;  // of each
  BoundedQueue<int64_t> queue(3);
  std::atomic<int64_t> sum = 0;
  std::atomic<int64_t> count = 0;
  std::vector<std::thread> poppers, pushers;
  for (int i = 0; i < kThreads; ++i) {
    poppers.emplace_back([&] {
      while (const std::optional<int64_t> value = queue.Pop()) {
        sum += *value;
        ++count;
      }
    });
    pushers.emplace_back([&, i] {
      for (int64_t n = 0; n < kValues; ++n) {
        ASSERT_TRUE(queue.Push(i * kValues + n));
      }
    });
  }
  for (std::thread& thread : pushers) thread.join();
  queue.Close();
  for (std::thread& thread : poppers) thread.join();
  const int64_t total = kThreads * kValues;
  EXPECT_EQ(count, total);
  EXPECT_EQ(sum, total * (total - 1) / 2);
}

}  // namespace
}  // namespace eyrie

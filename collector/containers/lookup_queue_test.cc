// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/lookup_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/time/time.h"

namespace eyrie::collector {
namespace {

using ::testing::ElementsAre;

std::string Take(LookupQueue* queue) {
  const std::optional<Lookup> lookup =
      queue->Pop(absl::InfinitePast(), /*is_woken=*/false);
  return lookup.has_value() ? lookup->id : "none";
}

TEST(LookupQueueTest, GivesTheUrgentFirstAndEachOnce) {
  LookupQueue queue(4);
  queue.SetPaused(false);
  EXPECT_TRUE(queue.Push("a", false));
  EXPECT_TRUE(queue.Push("b", true));
  EXPECT_TRUE(queue.Push("b", true));
  EXPECT_TRUE(queue.Push("c", true));
  EXPECT_EQ(Take(&queue), "b");
  EXPECT_EQ(Take(&queue), "c");
  EXPECT_EQ(Take(&queue), "a");
  EXPECT_EQ(Take(&queue), "none");
}

TEST(LookupQueueTest, DropsAndCountsWhatFindsNoRoom) {
  LookupQueue queue(1);
  EXPECT_TRUE(queue.Push("a", true));
  EXPECT_FALSE(queue.Push("b", true));
  EXPECT_TRUE(queue.Push("b", false));
  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_THAT(queue.TakeAll(), ElementsAre("a"));
  EXPECT_TRUE(queue.Push("b", true));
}

TEST(LookupQueueTest, GivesNothingWhileItIsPaused) {
  LookupQueue queue(1);
  queue.Push("a", true);
  EXPECT_EQ(Take(&queue), "none");
  queue.SetPaused(false);
  EXPECT_EQ(Take(&queue), "a");
}

TEST(LookupQueueTest, WakeIsForOneWhoIsWoken) {
  LookupQueue queue(1);
  queue.SetPaused(false);
  queue.Push("a", true);
  queue.Wake();
  EXPECT_FALSE(queue.Pop(absl::InfiniteFuture(), /*is_woken=*/true));
  EXPECT_EQ(Take(&queue), "a");
  queue.Close();
  EXPECT_FALSE(queue.Pop(absl::InfiniteFuture(), /*is_woken=*/false));
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/seen_events.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eyrie::server {
namespace {

EventKey Key(int number) { return MakeEventKey("s", std::to_string(number)); }

TEST(SeenEventsTest, KnowsWhatWasAdded) {
  SeenEvents seen(10);
  EXPECT_FALSE(seen.Has(Key(1)));
  seen.Add({Key(1), Key(2), Key(1)});
  EXPECT_TRUE(seen.Has(Key(1)));
  EXPECT_TRUE(seen.Has(Key(2)));
  EXPECT_EQ(seen.size(), 2u);
}

TEST(SeenEventsTest, ForgetsTheOldest) {
  SeenEvents seen(3);
  for (int i = 0; i < 5; ++i) seen.Add({Key(i)});
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_FALSE(seen.Has(Key(1)));
  EXPECT_TRUE(seen.Has(Key(2)));
  EXPECT_TRUE(seen.Has(Key(4)));
}

TEST(SeenEventsTest, KeysTellSourcesApart) {
  EXPECT_NE(MakeEventKey("a", "1"), MakeEventKey("b", "1"));
  EXPECT_NE(MakeEventKey("a", "b1"), MakeEventKey("ab", "1"));
}

}  // namespace
}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/lru_map.h"

#include <gtest/gtest.h>

#include <string>

namespace eyrie::collector {
namespace {

TEST(LruMapTest, ForgetsWhatWasUsedLeastRecently) {
  LruMap<int, std::string> map(2);
  map.Insert(1, "a");
  map.Insert(2, "b");
  EXPECT_EQ(*map.Find(1), "a");
  map.Insert(3, "c");
  EXPECT_EQ(map.Find(2), nullptr);
  EXPECT_NE(map.Find(1), nullptr);
  EXPECT_EQ(map.evicted(), 1u);
  EXPECT_EQ(map.size(), 2u);
}

TEST(LruMapTest, Erases) {
  LruMap<int, std::string> map(3);
  map.Insert(1, "a");
  map.Insert(2, "b");
  map.Insert(3, "b");
  map.EraseIf([](const std::string& value) { return value == "b"; });
  EXPECT_EQ(map.size(), 1u);
  map.Erase(1);
  map.Erase(1);
  EXPECT_EQ(map.size(), 0u);
  EXPECT_EQ(map.evicted(), 0u);
}

}  // namespace
}  // namespace eyrie::collector

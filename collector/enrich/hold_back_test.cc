// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/hold_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;
using ::testing::UnorderedElementsAre;

std::string Open(absl::string_view name) {
  return RecordBuilder("openat").Set("name", name).Build();
}

TEST(HoldBackTest, KeepsTheOrderOfEachContainer) {
  HoldBack held;
  const std::string a1 = Open("1");
  const std::string a2 = Open("a longer name that makes it the largest");
  const std::string b1 = Open("2");
  EXPECT_TRUE(held.empty());
  for (const auto& [container, record] :
       {std::pair("a", a1), std::pair("b", b1), std::pair("a", a2)}) {
    held.Add(container, RecordView::Trusted(record.data()));
  }
  EXPECT_THAT(held.Containers(), UnorderedElementsAre("a", "b"));
  EXPECT_EQ(held.Largest(), "a");
  EXPECT_EQ(held.bytes(), a1.size() + a2.size() + b1.size());
  EXPECT_EQ(held.stats().records, 3);

  EXPECT_EQ(held.Take("a"), a1 + a2);
  EXPECT_FALSE(held.Has("a"));
  EXPECT_EQ(held.Take("a"), "");
  EXPECT_EQ(held.bytes(), b1.size());
  EXPECT_EQ(held.Take("b"), b1);
  EXPECT_TRUE(held.empty());
  EXPECT_EQ(held.bytes(), 0);
  EXPECT_EQ(held.stats().records, 0);
  EXPECT_EQ(held.stats().held, 3);
}

}  // namespace
}  // namespace eyrie::collector

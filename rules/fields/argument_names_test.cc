// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/argument_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"

namespace eyrie::rules {
namespace {

TEST(ArgumentNamesTest, SlotsAreThoseOfTheCatalogue) {
  for (const EventInfo& event : AllEvents()) {
    if (event.category == EventCategory::kSnapshot) continue;
    for (const ArgumentInfo& argument : event.arguments) {
      if (argument.name.empty()) continue;
      const int64_t id = FindArgumentName(argument.name);
      ASSERT_GE(id, 0) << argument.name;
      EXPECT_EQ(SlotOfArgument(event.id, id), event.FindArgument(argument.name))
          << event.name << "." << argument.name;
      // Fails when an argument arrives and its line among the future ones
      // stays.
      EXPECT_EQ(FutureEventsOf(id), "") << argument.name;
    }
  }
}

TEST(ArgumentNamesTest, OtherEventsDoNotHaveTheArgument) {
  const int64_t oldpath = FindArgumentName("oldpath");
  ASSERT_GE(oldpath, 0);
  EXPECT_EQ(SlotOfArgument(FindEvent("openat")->id, oldpath), -1);
  EXPECT_EQ(SlotOfArgument(4000, oldpath), -1);
  EXPECT_EQ(SlotOfArgument(65535, oldpath), -1);
}

TEST(ArgumentNamesTest, NamesWhatFutureArgumentsBelongTo) {
  const struct {
    const char* name;
    const char* events;
  } cases[] = {
      {"ratio", "event drop (later sensor work)"},
      {"home", "events useradded, userdeleted (later sensor work)"},
  };
  for (const auto& test : cases) {
    const int64_t id = FindArgumentName(test.name);
    ASSERT_GE(id, 0) << test.name;
    EXPECT_EQ(FutureEventsOf(id), test.events);
    EXPECT_EQ(SlotOfArgument(FindEvent("openat")->id, id), -1) << test.name;
  }
}

TEST(ArgumentNamesTest, RejectsNamesThatNoEventHas) {
  for (const absl::string_view name : {"", "nosuch", "Flags", "realpath"}) {
    EXPECT_EQ(FindArgumentName(name), -1) << name;
  }
}

TEST(ArgumentNamesTest, NamesAreSorted) {
  const std::vector<absl::string_view> names = AllArgumentNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_GT(names.size(), 200u);
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/event_type_index.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using testing::Bind;

std::string Names(const EventTypes& types) {
  return absl::StrJoin(types.conditions, " ",
                       [](std::string* out, const TypedCondition& typed) {
                         out->append(std::string(FindEvent(typed.type)->name));
                       });
}

struct Case {
  const char* condition;
  const char* types;
};

TEST(EventTypeIndexTest, InfersTypes) {
  const Case cases[] = {
      {"evt.type = openat", "openat"},
      {"evt.type in (openat, open) and x.str = a", "open openat"},
      {"evt.type = openat and evt.type = open", ""},
      {"(evt.type = execve and x.str = a) or evt.type = connect",
       "execve connect"},
      {"evt.num = 0", ""},
      {"evt.type = openat and not evt.type != openat", "openat"},
      {"not (evt.type != connect or x.str = a)", "connect"},
      {"evt.type = openat and not (evt.type = openat and x.str = a)", "openat"},
      {"evt.type = exit_group", ""},
  };
  for (const Case& test : cases) {
    const EventTypes types = InferEventTypes({Bind(test.condition)})[0];
    EXPECT_EQ(Names(types), test.types) << test.condition;
    EXPECT_FALSE(types.matches_all) << test.condition;
    EXPECT_FALSE(types.matches_unnamed) << test.condition;
  }
}

TEST(EventTypeIndexTest, WithoutTypesAllMatchButSnapshots) {
  size_t judged = 0;
  for (const EventInfo& event : AllEvents()) {
    judged += event.category != EventCategory::kSnapshot;
  }
  for (const char* condition :
       {"x.str = a", "evt.type exists", "not evt.type = exit_group",
        "evt.type startswith open", "evt.type = execve or x.str = a"}) {
    const EventTypes types = InferEventTypes({Bind(condition)})[0];
    EXPECT_TRUE(types.matches_all) << condition;
    EXPECT_EQ(types.conditions.size(), judged) << condition;
    EXPECT_TRUE(types.missing.empty()) << condition;
  }
  const EventTypes types = InferEventTypes({Bind("evt.type != execve")})[0];
  EXPECT_TRUE(types.matches_unnamed);
  EXPECT_FALSE(types.matches_all);
  EXPECT_EQ(types.conditions.size(), judged - 1);
}

struct MissingCase {
  const char* condition;
  const char* types;
  const char* missing;
};

TEST(EventTypeIndexTest, NamesTypesThatAreNotCarriedYet) {
  const MissingCase cases[] = {
      {"evt.type = exit_group", "", "exit_group"},
      {"evt.type in (container, connect, drop)", "connect", "container drop"},
      {"evt.type in (exit_group, openat) and evt.type = openat", "openat", ""},
      {"evt.type = exit_group and evt.num = 0", "", ""},
      {"evt.type = openat", "openat", ""},
  };
  for (const MissingCase& test : cases) {
    const EventTypes types = InferEventTypes({Bind(test.condition)})[0];
    EXPECT_EQ(Names(types), test.types) << test.condition;
    EXPECT_EQ(absl::StrJoin(types.missing, " "), test.missing)
        << test.condition;
  }
}

TEST(EventTypeIndexTest, ConditionsShrinkToTheType) {
  const EventTypes types =
      InferEventTypes({Bind("(evt.type = open and x.int = 1) or "
                            "(evt.type in (open, openat) and x.str = a)")})[0];
  ASSERT_EQ(types.conditions.size(), 2u);
  EXPECT_EQ(PrintBound(*types.conditions[0].condition),
            "(x.int = (1) or x.str = (\"a\"))");
  EXPECT_EQ(PrintBound(*types.conditions[1].condition), "x.str = (\"a\")");
}

// A random condition over event types and one field that may be unknown.
std::string RandomCondition(std::mt19937& random, int depth) {
  static const char* const kLeaves[] = {
      "evt.type = open",       "evt.type != openat", "evt.type in (open, bind)",
      "evt.type exists",       "x.str = a",          "x.str != a",
      "evt.type = exit_group", "evt.num = 0",
  };
  if (depth == 0 || random() % 4 == 0) {
    return kLeaves[random() % std::size(kLeaves)];
  }
  const std::string left = RandomCondition(random, depth - 1);
  if (random() % 3 == 0) return "not (" + left + ")";
  return "(" + left + (random() % 2 == 0 ? " and " : " or ") +
         RandomCondition(random, depth - 1) + ")";
}

TEST(EventTypeIndexTest, NoTypeThatCouldMatchIsMissing) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  const GivenValue values[] = {testing::One("a"), testing::One("b"),
                               testing::One(std::monostate()),
                               testing::Unknown()};
  for (int i = 0; i < 300; ++i) {
    const std::string condition = RandomCondition(random, 4);
    const EventTypes types = InferEventTypes({Bind(condition)})[0];
    for (const char* type : {"open", "openat", "bind", "connect"}) {
      const bool listed =
          (" " + Names(types) + " ").find(std::string(" ") + type + " ") !=
          std::string::npos;
      bool could_match = false;
      for (const GivenValue& value : values) {
        could_match =
            could_match ||
            testing::Judge(condition, {{"evt.type", testing::One(type)},
                                       {"evt.num", testing::One(1)},
                                       {"x.str", value}}) != "false";
      }
      ASSERT_TRUE(listed || !could_match)
          << "seed " << seed << ": " << condition << " for " << type;
    }
  }
}

}  // namespace
}  // namespace eyrie::rules

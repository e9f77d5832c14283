// SPDX-License-Identifier: Apache-2.0

#include "rules/priority.h"

#include <gtest/gtest.h>

namespace eyrie::rules {
namespace {

TEST(PriorityTest, ReadsNamesInAnyCase) {
  struct Case {
    const char* text;
    Priority priority;
    const char* name;
  };
  for (const Case& c :
       {Case{"EMERGENCY", Priority::kEmergency, "Emergency"},
        Case{"alert", Priority::kAlert, "Alert"},
        Case{"Critical", Priority::kCritical, "Critical"},
        Case{"ERROR", Priority::kError, "Error"},
        Case{"WARNING", Priority::kWarning, "Warning"},
        Case{"NoTice", Priority::kNotice, "Notice"},
        Case{"INFORMATIONAL", Priority::kInformational, "Informational"},
        Case{"info", Priority::kInformational, "Informational"},
        Case{"DEBUG", Priority::kDebug, "Debug"}}) {
    Priority priority{};
    EXPECT_TRUE(ParsePriority(c.text, &priority)) << c.text;
    EXPECT_EQ(priority, c.priority) << c.text;
    EXPECT_EQ(PriorityName(c.priority), c.name);
  }
}

// An index below the table: a detection without a priority was printed.
TEST(PriorityTest, NumberOfNoPriorityHasAName) {
  EXPECT_EQ(PriorityName(static_cast<Priority>(0)), "Unknown");
  EXPECT_EQ(PriorityName(static_cast<Priority>(9)), "Unknown");
}

TEST(PriorityTest, RefusesOthers) {
  for (const char* text : {"", "warn", "high", "3", " DEBUG"}) {
    Priority priority = Priority::kNotice;
    EXPECT_FALSE(ParsePriority(text, &priority)) << text;
    EXPECT_EQ(priority, Priority::kNotice) << text;
  }
}

}  // namespace
}  // namespace eyrie::rules

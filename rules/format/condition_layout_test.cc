// SPDX-License-Identifier: Apache-2.0

#include "rules/format/condition_layout.h"

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

// The lines in 40 columns, or "-".
std::string LayOut(const std::string& condition) {
  const auto lines = LayOutCondition(condition, 40);
  return lines ? absl::StrJoin(*lines, "\n") : "-";
}

TEST(ConditionLayoutTest, GivesOperandsLines) {
  struct Case {
    const char* condition;
    const char* lines;
  };
  for (const Case& test : std::vector<Case>{
           {"a.b  = 1", "a.b = 1"},
           {" a.b =  1\n and\tc.d=2 ", "a.b = 1\nand c.d=2"},
           {"a.b in (1,2) and (m or n)", "a.b in (1,2)\nand (m or n)"},
           {"m and (c.d = 1234567890 or e.f = 1234567890 or g.h = 1)",
            "m\nand (\n  c.d = 1234567890\n  or e.f = 1234567890\n"
            "  or g.h = 1\n)"},
           {"m and (c.d = 1234567890 or e.f = 1234567890)",
            "m\nand (\n  c.d = 1234567890 or e.f = 1234567890\n)"},
           {"m or (a.b in (1234567890, 2345678901, 3456789012, 4567890123))",
            "m\nor (\n  a.b in (\n    1234567890, 2345678901, 3456789012,\n"
            "    4567890123\n  )\n)"},
           {"not (a.b = 1234567890 and c.d = 1234567890 and e.f = 1)",
            "not (\n  a.b = 1234567890\n  and c.d = 1234567890\n"
            "  and e.f = 1\n)"},
           {"a.b = \"1234567890 1234567890 1234567890 1234567890\"",
            "a.b = \"1234567890 1234567890 1234567890 1234567890\""},
           {"and a.b = 1 and m", "and a.b = 1\nand m"},
           {"a.b = \"x  and   y\" and\n\nc.d[\"A  B\"] = 'or (' and m and n",
            "a.b = \"x  and   y\"\nand c.d[\"A  B\"] = 'or ('\nand m\nand n"},
       }) {
    EXPECT_EQ(LayOut(test.condition), test.lines) << test.condition;
    EXPECT_EQ(LayOut(test.lines), test.lines) << "is not its own layout";
  }
}

TEST(ConditionLayoutTest, JoinsLines) {
  EXPECT_EQ(JoinCondition(" a.b =  1\n and\tc.d=\"x  y\" "),
            "a.b = 1 and c.d=\"x  y\"");
}

TEST(ConditionLayoutTest, LeavesWhatItCannotRead) {
  for (const char* condition : {"", "  ", "a.b =", "a.b = 1)", "(a.b = 1",
                                "a.b = \"x", "a.b = 'x\ny'"}) {
    EXPECT_EQ(LayOut(condition), "-") << condition;
    EXPECT_EQ(JoinCondition(condition), std::nullopt) << condition;
  }
}

TEST(ConditionLayoutTest, ComparesConditions) {
  EXPECT_TRUE(IsSameCondition("a.b = 1 and m", " (a.b=1)\nand  m"));
  EXPECT_TRUE(IsSameCondition("and m", "\n  and m"));
  EXPECT_TRUE(IsSameCondition("a.b =", "a.b ="));
  EXPECT_FALSE(IsSameCondition("a.b = 1", "a.b = 2"));
  EXPECT_FALSE(IsSameCondition("a.b = \"x  y\"", "a.b = \"x y\""));
  EXPECT_FALSE(IsSameCondition("a.b =", "a.b  ="));
}

}  // namespace
}  // namespace eyrie::rules

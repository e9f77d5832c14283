// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/join_alternatives.h"

#include <string>

#include "gtest/gtest.h"

#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using testing::Bind;

// The `or` of what JoinAlternatives() makes of the operands of `condition`.
std::string Joined(const char* condition) {
  BoundExpr all = *Bind(condition);
  all.operands = JoinAlternatives(all.operands);
  return PrintBound(all);
}

TEST(JoinAlternativesTest, JoinsSearchesOfOneOperand) {
  EXPECT_EQ(Joined("x.str contains a or x.int = 1 or x.str contains b or "
                   "x.str contains anyof (c, d)"),
            "(x.str contains anyof (\"a\", \"b\", \"c\", \"d\") or "
            "x.int = (1))");
  EXPECT_EQ(Joined("x.str glob a* or x.str iglob b* or x.str glob c*"),
            "(x.str glob anyof (\"a*\", \"c*\") or x.str iglob (\"b*\"))");
  EXPECT_EQ(Joined("tolower(x.str) endswith a or tolower(x.str) endswith b"),
            "(tolower(x.str) endswith anyof (\"a\", \"b\"))");
}

TEST(JoinAlternativesTest, LeavesOthersAlone) {
  for (const char* condition :
       {"x.str contains a or x.str2 contains b",
        "x.str startswith a or x.str endswith b",
        "x.str contains a or not x.str contains b",
        "x.str contains allof (a, b) or x.str contains c",
        "x.str regex a or x.str regex b", "x.str = a or x.str = b",
        "x.str contains a or x.str contains val(x.str2)"}) {
    EXPECT_EQ(Joined(condition), PrintBound(*Bind(condition))) << condition;
  }
}

}  // namespace
}  // namespace eyrie::rules

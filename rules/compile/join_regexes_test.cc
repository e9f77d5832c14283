// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/join_regexes.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "rules/compile/compiler.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using ::testing::ElementsAre;

struct Joined {
  RuleProgram program;
  std::vector<uint32_t> sets;  // of comparisons, in order

  explicit Joined(const std::vector<std::string>& conditions) {
    Compiler compiler;
    for (const std::string& condition : conditions) {
      EXPECT_TRUE(compiler.Add(testing::Bind(condition)).ok());
    }
    program = std::move(compiler).Finish();
    for (const PredicateCode& code : program.predicates) {
      sets.push_back(code.regex_set);
    }
  }
};

TEST(JoinRegexesTest, JoinsThoseOfOneOperand) {
  const Joined joined({"x.str regex a", "x.str2 regex a", "x.str regex b",
                       "x.str regex c", "x.str = d"});
  EXPECT_EQ(joined.program.regex_sets.size(), 1);
  EXPECT_THAT(joined.sets, ElementsAre(0, kNoRegexSet, 0, 0, kNoRegexSet));
}

TEST(JoinRegexesTest, CountsExpressionsNotComparisons) {
  const Joined joined({"x.str regex allof (a, b, c)"});
  EXPECT_THAT(joined.sets, ElementsAre(0));
}

TEST(JoinRegexesTest, SetsAreBounded) {
  std::vector<std::string> conditions;
  for (int i = 0; i < 40; ++i) {
    conditions.push_back(absl::StrCat("x.str regex \"[a-z]{200}", i, "\""));
  }
  const Joined joined(conditions);
  EXPECT_GT(joined.program.regex_sets.size(), 1);
  EXPECT_EQ(joined.sets.front(), 0);
  EXPECT_NE(joined.sets.back(), 0);
}

TEST(JoinRegexesTest, WhatIsTooLargeStaysAlone) {
  const Joined joined({"x.str regex a",
                       "x.str regex \"[a-z]{900}[a-z]{900}[a-z]{900}[a-z]{900}"
                       "[a-z]{900}\"",
                       "x.str regex b", "x.str regex c"});
  EXPECT_THAT(joined.sets, ElementsAre(0, kNoRegexSet, 0, 0));
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/compiler.h"

#include <utility>

#include "gtest/gtest.h"

#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using testing::Bind;

TEST(CompilerTest, SharesEqualParts) {
  Compiler compiler;
  const NodeRef first =
      *compiler.Add(Bind("x.int = 1 and (x.str = a or x.str = b)"));
  const NodeRef second =
      *compiler.Add(Bind("(x.str = b or x.str = a) and x.int = 1"));
  const NodeRef third = *compiler.Add(Bind("not (x.str = a or x.str = b)"));
  EXPECT_EQ(first, second);
  const RuleProgram program = std::move(compiler).Finish();
  EXPECT_EQ(PrintProgram(program),
            "0: false\n"
            "1: unknown\n"
            "2: x.int = (1)\n"
            "3: x.str = (\"a\")\n"
            "4: x.str = (\"b\")\n"
            "5: or 3 4\n"
            "6: and 2 5\n");
  EXPECT_EQ(third, 5u * 2 + 1);
  EXPECT_EQ(program.operands.size(), 2u);
}

TEST(CompilerTest, PutsCheapTestsFirst) {
  Compiler compiler;
  ASSERT_TRUE(compiler
                  .Add(Bind("x.str regex a.* and proc.aname = a and "
                            "x.str contains anyof (a, b, c) and x.int = 1"))
                  .ok());
  const RuleProgram program = std::move(compiler).Finish();
  EXPECT_EQ(PrintProgram(program),
            "0: false\n"
            "1: unknown\n"
            "2: x.str regex (\"a.*\")\n"
            "3: proc.aname = (\"a\")\n"
            "4: x.str contains anyof (\"a\", \"b\", \"c\")\n"
            "5: x.int = (1)\n"
            "6: and 5 4 3 2\n");
}

TEST(CompilerTest, PutsFirstWhatDecides) {
  Compiler compiler;
  // An exclusion is cheap, but rarely ends an `and`; it often ends an `or`.
  ASSERT_TRUE(
      compiler.Add(Bind("not x.str in (a, b, c) and x.str glob \"/etc/*\""))
          .ok());
  ASSERT_TRUE(
      compiler.Add(Bind("x.str glob \"/etc/*\" or not x.str in (a, b, c)"))
          .ok());
  const RuleProgram program = std::move(compiler).Finish();
  EXPECT_EQ(PrintProgram(program),
            "0: false\n"
            "1: unknown\n"
            "2: x.str in (\"a\", \"b\", \"c\")\n"
            "3: x.str glob (\"/etc/*\")\n"
            "4: and 3 not 2\n"
            "5: or not 2 3\n");
}

TEST(CompilerTest, ComputesOperandsOnce) {
  Compiler compiler;
  ASSERT_TRUE(compiler
                  .Add(Bind("tolower(x.str) = a or tolower(x.str) = b or "
                            "len(tolower(x.str)) = 1 or x.str = a"))
                  .ok());
  const RuleProgram program = std::move(compiler).Finish();
  // x.str, tolower(x.str), len(tolower(x.str)).
  EXPECT_EQ(program.operands.size(), 3u);
}

TEST(CompilerTest, CompilesConstants) {
  Compiler compiler;
  EXPECT_EQ(*compiler.Add(Bind("x.str in ()")), kFalseRef);
  EXPECT_EQ(*compiler.Add(Bind("not x.str in ()")), kTrueRef);
}

TEST(CompilerTest, RefusesProgramsBeyondTheLimit) {
  CompileLimits limits;
  limits.max_program_size = 10;
  Compiler compiler(limits);
  EXPECT_TRUE(compiler.Add(Bind("x.str = a and x.str = b")).ok());
  const auto refused = compiler.Add(Bind("x.str = c or x.str = d"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.status().message(),
            "the conditions together have more than 10 parts");
}

}  // namespace
}  // namespace eyrie::rules

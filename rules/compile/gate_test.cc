// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/gate.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "rules/compile/compiler.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

// The comparison that is the gate of `conditions`, all found by x.str; "" if
// there is none.
std::string GateOf(const std::vector<std::string>& conditions, double cost) {
  Compiler compiler;
  std::vector<NodeRef> refs;
  for (const std::string& condition : conditions) {
    refs.push_back(*compiler.Add(testing::Bind(condition)));
  }
  const RuleProgram program = std::move(compiler).Finish();
  uint32_t operand = 0;
  while (program.operands[operand].operand->text != "x.str") ++operand;
  const NodeRef gate = FindGate(program, refs, operand, cost);
  if (gate == kTrueRef) return "";
  const uint32_t predicate = program.nodes[gate / 2].first;
  return (gate % 2 == 0 ? "" : "not ") + program.predicate_texts[predicate];
}

TEST(GateTest, IsWhatAllConditionsNeed) {
  EXPECT_EQ(GateOf({"x.uint = 7 and x.str = a", "x.str = b and x.uint = 7",
                    "x.str = c and (x.uint = 7 and x.str2 exists)"},
                   10),
            "x.uint = (7)");
}

TEST(GateTest, ThereIsNoneIfOneConditionNeedsNothingOfOthers) {
  EXPECT_EQ(GateOf({"x.uint = 7 and x.str = a", "x.str = b"}, 10), "");
  EXPECT_EQ(GateOf({"x.uint = 7 and x.str = a", "x.uint = 7 or x.str = b"}, 10),
            "");
}

TEST(GateTest, ReadsAnotherOperand) {
  EXPECT_EQ(GateOf({"x.str = a"}, 10), "");
}

TEST(GateTest, CostsLessThanItSpares) {
  EXPECT_EQ(GateOf({"x.uint = 7 and x.str = a"}, 1), "");
}

TEST(GateTest, WhatMostlyHoldsIsNone) {
  EXPECT_EQ(GateOf({"x.uint != 7 and x.bool = true and x.str = a"}, 10), "");
}

TEST(GateTest, OneOfSeveralAlternativesMayFailAll) {
  // not (a or b) needs both to fail.
  EXPECT_EQ(GateOf({"not (x.str = a or x.uint != 7)",
                    "not (x.str = b or x.uint != 7)"},
                   10),
            "not x.uint != (7)");
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/evaluator.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "rules/compile/compiler.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using testing::Bind;

// Counts how often each field is read.
class CountingSource : public FieldSource {
 public:
  void Read(const FieldUse& use, Scratch& scratch,
            FieldValues& out) const override {
    ++reads[use.text];
    if (use.field->type == FieldType::kString) {
      out.Set(Value::Text("value"));
    } else {
      out.Set(Value::Number(number));
    }
  }

  mutable std::map<std::string, int> reads;
  uint64_t number = 1;
};

TEST(EvaluatorTest, ReadsEachFieldOnceAnEvent) {
  Compiler compiler;
  const NodeRef first =
      *compiler.Add(Bind("x.str = a or x.str = b or tolower(x.str) = value"));
  const NodeRef second =
      *compiler.Add(Bind("x.str contains val and x.int = 1"));
  const RuleProgram program = std::move(compiler).Finish();
  EvaluationMemory memory(program);
  CountingSource source;
  for (int event = 1; event <= 3; ++event) {
    memory.Begin();
    Evaluator evaluator(program, source, memory);
    EXPECT_EQ(evaluator.Evaluate(first), Truth::kTrue);
    EXPECT_EQ(evaluator.Evaluate(second), Truth::kTrue);
    EXPECT_EQ(evaluator.Evaluate(second), Truth::kTrue);
    EXPECT_EQ(source.reads["x.str"], event);
    EXPECT_EQ(source.reads["x.int"], event);
  }
}

TEST(EvaluatorTest, ReadsOnlyWhatDecides) {
  Compiler compiler;
  const NodeRef ref = *compiler.Add(Bind("x.str = a and x.int = 2"));
  const RuleProgram program = std::move(compiler).Finish();
  EvaluationMemory memory(program);
  CountingSource source;
  memory.Begin();
  EXPECT_EQ(Evaluator(program, source, memory).Evaluate(ref), Truth::kFalse);
  EXPECT_EQ(source.reads["x.int"], 1);
  EXPECT_EQ(source.reads["x.str"], 0);
}

TEST(EvaluatorTest, ForgetsTheLastEvent) {
  Compiler compiler;
  const NodeRef ref = *compiler.Add(Bind("x.int = 1"));
  const RuleProgram program = std::move(compiler).Finish();
  EvaluationMemory memory(program);
  CountingSource source;
  memory.Begin();
  EXPECT_EQ(Evaluator(program, source, memory).Evaluate(ref), Truth::kTrue);
  source.number = 2;
  memory.Begin();
  EXPECT_EQ(Evaluator(program, source, memory).Evaluate(ref), Truth::kFalse);
}

TEST(EvaluatorTest, JudgesAsDeepAsConditionsMayBe) {
  // Built by hand: deeper than the parser lets one condition be.
  Compiler compiler;
  BoundExprPtr deep = Bind("x.int = 1");
  for (int i = 0; i < 500; ++i) {
    auto negated = std::make_shared<BoundExpr>();
    negated->kind = BoundExpr::Kind::kNot;
    negated->operands = {deep};
    auto both = std::make_shared<BoundExpr>();
    both->kind = BoundExpr::Kind::kAnd;
    both->operands = {Bind("x.uint = 1"), negated};
    deep = both;
  }
  const NodeRef ref = *compiler.Add(deep);
  const RuleProgram program = std::move(compiler).Finish();
  EvaluationMemory memory(program);
  CountingSource source;
  memory.Begin();
  EXPECT_EQ(Evaluator(program, source, memory).Evaluate(ref), Truth::kTrue);
}

}  // namespace
}  // namespace eyrie::rules

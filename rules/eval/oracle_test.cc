// SPDX-License-Identifier: Apache-2.0
//
// The compiled program against the plain meaning of the language, on random
// conditions over random values.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "rules/compile/compiler.h"
#include "rules/compile/simplify.h"
#include "rules/eval/evaluator.h"
#include "rules/eval/given_fields.h"
#include "rules/eval/reference.h"
#include "rules/eval/testing/generator.h"
#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

// Pairs of condition and values that one run judges.
constexpr int kPrograms = 1000;
constexpr int kConditionsPerProgram = 20;
constexpr int kEventsPerProgram = 50;
static_assert(kPrograms * kConditionsPerProgram * kEventsPerProgram >=
              1'000'000);

uint32_t Seed() {
  uint32_t seed = 0;
  const char* given = std::getenv("EYRIE_SEED");
  if (given != nullptr && absl::SimpleAtoi(given, &seed)) return seed;
  return std::random_device()();
}

struct Compiled {
  std::string text;
  BoundExprPtr bound;
  BoundExprPtr simple;       // for all events
  BoundExprPtr simple_open;  // for events of type open
  NodeRef ref, simple_ref, simple_open_ref;
};

std::vector<const FieldUse*> FieldsOf(const RuleProgram& program) {
  std::vector<const FieldUse*> fields;
  for (const OperandCode& code : program.operands) {
    if (code.operand->kind == Operand::Kind::kField) {
      fields.push_back(&code.operand->use);
    }
  }
  return fields;
}

TEST(OracleTest, ProgramAgreesWithReference) {
  const uint32_t seed = Seed();
  std::cout << "EYRIE_SEED=" << seed << "\n";
  testing::Generator generator(seed);
  int judged = 0;
  size_t regex_sets = 0;
  int truths[3] = {};
  for (int p = 0; p < kPrograms; ++p) {
    Compiler compiler;
    Simplifier simplifier;
    std::vector<Compiled> conditions(kConditionsPerProgram);
    for (Compiled& condition : conditions) {
      condition.text = generator.Condition();
      condition.bound = testing::Bind(condition.text);
      ASSERT_NE(condition.bound, nullptr) << "seed " << seed;
      condition.simple = simplifier.Simplify(condition.bound);
      condition.simple_open =
          simplifier.SimplifyForType(condition.bound, "open");
      condition.ref = *compiler.Add(condition.bound);
      condition.simple_ref = *compiler.Add(condition.simple);
      condition.simple_open_ref = *compiler.Add(condition.simple_open);
    }
    const RuleProgram program = std::move(compiler).Finish();
    regex_sets += program.regex_sets.size();
    const std::vector<const FieldUse*> fields = FieldsOf(program);
    EvaluationMemory memory(program);
    for (int e = 0; e < kEventsPerProgram; ++e) {
      const GivenFields given = generator.Fields();
      const auto source = GivenSource::Create(fields, given);
      ASSERT_TRUE(source.ok()) << source.status();
      const auto type = given.find("evt.type");
      const bool is_open =
          std::get<std::string>(type->second.items[0]) == "open";
      memory.Begin();
      Evaluator evaluator(program, *source, memory);
      for (const Compiled& condition : conditions) {
        const Truth expected = EvaluateByReference(*condition.bound, *source);
        ++judged;
        ++truths[static_cast<int>(expected)];
        const auto check = [&](NodeRef ref, const char* what) {
          const Truth truth = evaluator.Evaluate(ref);
          ASSERT_TRUE(truth == expected)
              << what << " it is " << testing::TruthName(truth)
              << ", should be " << testing::TruthName(expected) << "; seed "
              << seed << ":\n"
              << condition.text << "\n"
              << testing::Describe(given);
        };
        check(condition.ref, "compiled");
        check(condition.simple_ref, "simplified");
        if (is_open) check(condition.simple_open_ref, "for type open");
        if (HasFatalFailure()) return;
      }
    }
  }
  std::cout << judged << " judged: " << truths[0] << " false, " << truths[1]
            << " true, " << truths[2] << " unknown\n";
  // A generator whose conditions are all false would prove nothing.
  EXPECT_GT(truths[1], judged / 20);
  EXPECT_GT(truths[2], judged / 20);
  EXPECT_GT(regex_sets, kPrograms / 10);
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// Stage 10 of the rule engine: runs a program over the fields of one event.

#ifndef EYRIE_RULES_EVAL_EVALUATOR_H_
#define EYRIE_RULES_EVAL_EVALUATOR_H_

#include <cstdint>
#include <vector>

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/compile/program.h"
#include "rules/eval/field_source.h"
#include "rules/fields/event.h"

namespace eyrie::rules {

// What one thread has found out about the current event: the truth of nodes and
// the values of operands, each computed when it is first asked for.
//
// Not thread-safe; use one for each thread, again and again.
class EvaluationMemory {
 public:
  explicit EvaluationMemory(const RuleProgram& program);

  // Forgets all: another event comes. Takes constant time.
  void Begin();

 private:
  friend class Evaluator;

  // Entries of other generations are forgotten. Two bits hold a truth.
  static constexpr uint32_t kMaxGeneration = (1u << 30) - 1;

  uint32_t generation_ = 0;
  std::vector<uint32_t> truths_;  // generation * 4 + truth, by node
  std::vector<uint32_t> operand_generations_;  // by operand
  std::vector<FieldValues> values_;            // by operand
  // By regex set: generation * 2, and 1 if it may match a value.
  std::vector<uint32_t> regex_hits_;
  Scratch scratch_;
};

// Evaluates nodes of one program for one event.
//
// Usage, for each event:
//   memory.Begin();
//   Evaluator evaluator(program, source, memory);
//   for (ref : ...) if (evaluator.Evaluate(ref) == Truth::kTrue) ...
//
// Takes no locks, but for those inside RE2; allocates nothing once `memory` is
// warm. Cheap to make.
class Evaluator {
 public:
  // Borrows all. REQUIRES: `memory` was made for `program`.
  Evaluator(const RuleProgram& program, const FieldSource& source,
            EvaluationMemory& memory)
      : program_(program), source_(source), memory_(memory) {}

  // The truth of the condition that Compiler::Add() returned `ref` for.
  Truth Evaluate(NodeRef ref) {
    const Truth truth = EvaluateNode(ref / 2);
    return ref % 2 == 0 ? truth : Negate(truth);
  }

  // What operand `operand` of the program is for this event. Valid until the
  // next event.
  const FieldValues& Values(uint32_t operand) {
    if (memory_.operand_generations_[operand] != memory_.generation_) {
      ComputeValues(operand);
    }
    return memory_.values_[operand];
  }

 private:
  Truth EvaluateNode(uint32_t node) {
    const uint32_t memo = memory_.truths_[node];
    return memo / 4 == memory_.generation_ ? static_cast<Truth>(memo % 4)
                                           : ComputeNode(node);
  }
  Truth ComputeNode(uint32_t node);
  Truth EvaluateBranches(const NodeCode& node);
  Truth EvaluatePredicate(const PredicateCode& code);
  Truth EvaluateRight(const PredicateCode& code, const FieldValues& left);
  bool MayMatch(uint32_t regex_set, const FieldValues& values);
  bool Passes(const PredicateCode& code, const Value& value);
  bool PassesMany(const PredicateCode& code, const Value& value);
  bool InSet(const PredicateCode& code, const Value& value) const;
  void ComputeValues(uint32_t operand);
  void ComputeTransform(const OperandCode& code, FieldValues& out);

  const RuleProgram& program_;
  const FieldSource& source_;
  EvaluationMemory& memory_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_EVALUATOR_H_

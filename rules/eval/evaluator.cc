// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/evaluator.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"

#include "rules/eval/transform.h"
#include "rules/eval/value_tests.h"

namespace eyrie::rules {

EvaluationMemory::EvaluationMemory(const RuleProgram& program)
    : truths_(program.nodes.size()),
      operand_generations_(program.operands.size()),
      values_(program.operands.size()),
      regex_hits_(program.regex_sets.size()) {}

void EvaluationMemory::Begin() {
  scratch_.Clear();
  if (generation_++ < kMaxGeneration) return;
  std::fill(truths_.begin(), truths_.end(), 0);
  std::fill(operand_generations_.begin(), operand_generations_.end(), 0);
  std::fill(regex_hits_.begin(), regex_hits_.end(), 0);
  generation_ = 1;
}

Truth Evaluator::ComputeNode(uint32_t node) {
  const NodeCode& code = program_.nodes[node];
  Truth truth = Truth::kFalse;
  switch (code.kind) {
    case NodeCode::Kind::kConstant:
      truth = node == kUnknownRef / 2 ? Truth::kUnknown : Truth::kFalse;
      break;
    case NodeCode::Kind::kPredicate:
      truth = EvaluatePredicate(program_.predicates[code.first]);
      break;
    case NodeCode::Kind::kAnd:
    case NodeCode::Kind::kOr:
      truth = EvaluateBranches(code);
      break;
  }
  memory_.truths_[node] =
      memory_.generation_ * 4 + static_cast<uint32_t>(truth);
  return truth;
}

Truth Evaluator::EvaluateBranches(const NodeCode& node) {
  const bool is_and = node.kind == NodeCode::Kind::kAnd;
  const Truth decisive = is_and ? Truth::kFalse : Truth::kTrue;
  Truth truth = Negate(decisive);
  const NodeRef* const begin = program_.children.data() + node.first;
  for (const NodeRef* child = begin; child != begin + node.count; ++child) {
    const Truth next = Evaluate(*child);
    if (next == decisive) return decisive;
    if (next == Truth::kUnknown) truth = Truth::kUnknown;
  }
  return truth;
}

Truth Evaluator::EvaluatePredicate(const PredicateCode& code) {
  const FieldValues& left = Values(code.left);
  if (left.presence == Presence::kAbsent) return Truth::kFalse;
  const bool unknown = left.presence == Presence::kUnknown;
  if (!unknown && code.empty_is_absent && left.values.empty()) {
    return Truth::kFalse;
  }
  if (code.combine == Combine::kExists) {
    return unknown && left.values.empty() ? Truth::kUnknown : Truth::kTrue;
  }
  if (code.combine == Combine::kRight) return EvaluateRight(code, left);
  if (code.regex_set != kNoRegexSet && !MayMatch(code.regex_set, left)) {
    return unknown ? Truth::kUnknown : Truth::kFalse;
  }
  for (const Value& value : left.values) {
    if (Passes(code, value) != code.needs_all) {
      return code.needs_all ? Truth::kFalse : Truth::kTrue;
    }
  }
  return unknown          ? Truth::kUnknown
         : code.needs_all ? Truth::kTrue
                          : Truth::kFalse;
}

Truth Evaluator::EvaluateRight(const PredicateCode& code,
                               const FieldValues& left) {
  const FieldValues& right = Values(code.right);
  if (right.presence == Presence::kAbsent) return Truth::kFalse;
  const bool right_unknown = right.presence == Presence::kUnknown;
  if (!right_unknown && code.empty_is_absent && right.values.empty()) {
    return Truth::kFalse;
  }
  bool unknown = left.presence == Presence::kUnknown;
  for (const Value& value : left.values) {
    // `!=` wants to differ from all values on the right, others need one.
    bool decided = false;
    for (const Value& other : right.values) {
      if (TestValues(code.test, value, other)) {
        decided = true;
        break;
      }
    }
    if (!decided && right_unknown) {
      unknown = true;
      continue;
    }
    const bool passes = decided != code.negated;
    if (passes != code.needs_all) {
      return code.needs_all ? Truth::kFalse : Truth::kTrue;
    }
  }
  return unknown          ? Truth::kUnknown
         : code.needs_all ? Truth::kTrue
                          : Truth::kFalse;
}

bool Evaluator::MayMatch(uint32_t regex_set, const FieldValues& values) {
  uint32_t& memo = memory_.regex_hits_[regex_set];
  if (memo / 2 != memory_.generation_) {
    const RegexSet& set = program_.regex_sets[regex_set];
    const bool hits = std::any_of(
        values.values.begin(), values.values.end(), [&](const Value& value) {
          return set.MayMatch(ValidUtf8(value.text, memory_.scratch_));
        });
    memo = memory_.generation_ * 2 + (hits ? 1 : 0);
  }
  return memo % 2 != 0;
}

bool Evaluator::Passes(const PredicateCode& code, const Value& value) {
  if (code.test >= Test::kTextInSet) return InSet(code, value) != code.negated;
  if (code.combine != Combine::kOne) return PassesMany(code, value);
  return TestLiteral(code.test, value, program_.literals[code.first],
                     memory_.scratch_) != code.negated;
}

bool Evaluator::PassesMany(const PredicateCode& code, const Value& value) {
  uint32_t passed = 0;
  for (uint32_t i = 0; i < code.count; ++i) {
    const bool passes =
        TestLiteral(code.test, value, program_.literals[code.first + i],
                    memory_.scratch_) != code.negated;
    if (passes && code.combine == Combine::kAny) return true;
    if (!passes && code.combine == Combine::kAll) return false;
    passed += passes;
  }
  return code.combine == Combine::kAll ||
         (code.combine == Combine::kExactlyOne && passed == 1);
}

bool Evaluator::InSet(const PredicateCode& code, const Value& value) const {
  switch (code.test) {
    case Test::kTextInSet:
      return program_.string_sets[code.first].Contains(value.text);
    case Test::kNumberInSet:
      return program_.number_sets[code.first].Contains(value.number);
    case Test::kNetworkInSet:
      return program_.network_sets[code.first].Contains(value.ip());
    default:
      return program_.path_sets[code.first].Contains(value.text);
  }
}

void Evaluator::ComputeValues(uint32_t operand) {
  FieldValues& values = memory_.values_[operand];
  const OperandCode& code = program_.operands[operand];
  if (code.operand->kind == Operand::Kind::kField) {
    source_.Read(code.operand->use, memory_.scratch_, values);
  } else {
    ComputeTransform(code, values);
  }
  memory_.operand_generations_[operand] = memory_.generation_;
}

void Evaluator::ComputeTransform(const OperandCode& code, FieldValues& out) {
  absl::InlinedVector<const FieldValues*, 4> arguments;
  for (uint32_t i = 0; i < code.argument_count; ++i) {
    arguments.push_back(&Values(program_.arguments[code.first_argument + i]));
  }
  Transform(*code.operand, absl::MakeConstSpan(arguments), memory_.scratch_,
            out);
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// Conditions share what they have in common by hash-consing: each operand,
// comparison and branch is looked up by what it consists of before it is made.
// The children of a branch stand in the order that probably decides soonest;
// three-valued `and` and `or` do not care about order. A node's number is its
// slot in the evaluator's memo, so a macro that 40 rules use is judged once an
// event.

#include "rules/compile/compiler.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "rules/compile/cost.h"
#include "rules/compile/join_regexes.h"

namespace eyrie::rules {
namespace {

using ast::Modifier;
using ast::Operator;

enum class ValueClass { kText, kUnsigned, kSigned, kReal, kAddress, kNetwork };

ValueClass ClassOf(FieldType type) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      return ValueClass::kText;
    case FieldType::kInt64:
      return ValueClass::kSigned;
    case FieldType::kDouble:
      return ValueClass::kReal;
    case FieldType::kIpAddress:
      return ValueClass::kAddress;
    case FieldType::kIpNet:
      return ValueClass::kNetwork;
    default:
      return ValueClass::kUnsigned;
  }
}

// The test of one value with one literal. For `!=` the test of `=`.
Test TestOf(Operator op, ValueClass value) {
  // <, <=, > and >= by class of value.
  constexpr Test kOrder[][4] = {
      {Test::kTextLess, Test::kTextLessEqual, Test::kTextGreater,
       Test::kTextGreaterEqual},
      {Test::kUnsignedLess, Test::kUnsignedLessEqual, Test::kUnsignedGreater,
       Test::kUnsignedGreaterEqual},
      {Test::kSignedLess, Test::kSignedLessEqual, Test::kSignedGreater,
       Test::kSignedGreaterEqual},
      {Test::kRealLess, Test::kRealLessEqual, Test::kRealGreater,
       Test::kRealGreaterEqual},
  };
  switch (op) {
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return kOrder[static_cast<int>(value)]
                   [static_cast<int>(op) - static_cast<int>(Operator::kLess)];
    case Operator::kContains:
    case Operator::kBcontains:
      return Test::kContains;
    case Operator::kIcontains:
      return Test::kIcontains;
    case Operator::kStartswith:
    case Operator::kBstartswith:
      return Test::kStartswith;
    case Operator::kEndswith:
      return Test::kEndswith;
    case Operator::kGlob:
      return Test::kGlob;
    case Operator::kIglob:
      return Test::kIglob;
    case Operator::kRegex:
      return Test::kRegex;
    case Operator::kExists:
      return Test::kNone;
    case Operator::kPmatch:
      return Test::kPathInSet;
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kIn:
    case Operator::kIntersects:
      break;
  }
  switch (value) {
    case ValueClass::kText:
      return Test::kTextEqual;
    case ValueClass::kReal:
      return Test::kRealEqual;
    case ValueClass::kAddress:
      return Test::kAddressEqual;
    case ValueClass::kNetwork:
      return Test::kInNetwork;
    default:
      return Test::kNumberEqual;
  }
}

// Whether a value passes if it is among the literals, or for `negated`, if it
// is not: then a set can answer.
bool IsMembership(const Predicate& predicate) {
  switch (predicate.op) {
    case Operator::kIn:
    case Operator::kIntersects:
    case Operator::kPmatch:
      return true;
    case Operator::kEqual:
      return predicate.modifier == Modifier::kAnyof ||
             predicate.modifier == Modifier::kNone;
    case Operator::kNotEqual:
      return predicate.modifier == Modifier::kAllof ||
             predicate.modifier == Modifier::kNone;
    default:
      return false;
  }
}

Combine CombineOf(const Predicate& predicate) {
  if (predicate.op == Operator::kExists) return Combine::kExists;
  if (predicate.right != nullptr) return Combine::kRight;
  switch (predicate.modifier) {
    case Modifier::kOneof:
      return Combine::kExactlyOne;
    case Modifier::kAnyof:
      return Combine::kAny;
    case Modifier::kAllof:
      return Combine::kAll;
    case Modifier::kNone:
      break;
  }
  return predicate.op == Operator::kIn || predicate.op == Operator::kIntersects
             ? Combine::kAny
             : Combine::kOne;
}

bool NeedsAll(const Predicate& predicate) {
  switch (predicate.left->type.quantifier) {
    case Quantifier::kList:
      return predicate.op == Operator::kIn;
    case Quantifier::kEither:
      return predicate.op == Operator::kNotEqual;
    default:
      return false;
  }
}

// Whether it asks for a value in an empty list.
bool NeverHolds(const Predicate& predicate) {
  return predicate.op != Operator::kExists && predicate.right == nullptr &&
         predicate.literals.empty() &&
         !(NeedsAll(predicate) && predicate.left->type.is_list());
}

}  // namespace

Compiler::Compiler(const CompileLimits& limits) : limits_(limits) {
  AddNode({}, {});  // false
  AddNode({}, {});  // unknown
}

absl::StatusOr<NodeRef> Compiler::Add(const BoundExprPtr& condition) {
  if (!exprs_.contains(condition.get())) kept_.push_back(condition);
  const NodeRef ref = AddExpr(condition);
  const size_t size = program_.nodes.size() + program_.children.size() +
                      program_.literals.size();
  if (size > limits_.max_program_size) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the conditions together have more than ",
                     limits_.max_program_size, " parts"));
  }
  return ref;
}

RuleProgram Compiler::Finish() && {
  Compiler done = std::move(*this);  // frees all but the program
  JoinRegexes(done.program_);
  return std::move(done.program_);
}

uint32_t Compiler::AddNode(const NodeCode& node, const Estimate& estimate) {
  program_.nodes.push_back(node);
  program_.estimates.push_back(estimate);
  return static_cast<uint32_t>(program_.nodes.size() - 1);
}

Estimate Compiler::EstimateOf(NodeRef ref) const {
  Estimate estimate = program_.estimates[ref / 2];
  if (ref % 2 != 0) estimate.truth = 1 - estimate.truth;
  return estimate;
}

NodeRef Compiler::AddExpr(const BoundExprPtr& expr) {
  if (expr->kind == BoundExpr::Kind::kConstant) {
    return expr->constant == Truth::kTrue    ? kTrueRef
           : expr->constant == Truth::kFalse ? kFalseRef
                                             : kUnknownRef;
  }
  const auto found = exprs_.find(expr.get());
  if (found != exprs_.end()) return found->second;
  NodeRef ref;
  if (expr->kind == BoundExpr::Kind::kPredicate) {
    ref = AddPredicate(*expr->predicate);
  } else if (expr->kind == BoundExpr::Kind::kNot) {
    ref = AddExpr(expr->operands[0]);
    if (ref != kUnknownRef) ref ^= 1;
  } else {
    ref = AddBranches(*expr);
  }
  exprs_.emplace(expr.get(), ref);
  return ref;
}

NodeRef Compiler::AddBranches(const BoundExpr& expr) {
  std::vector<NodeRef> children;
  for (const BoundExprPtr& operand : expr.operands) {
    children.push_back(AddExpr(operand));
  }
  std::sort(children.begin(), children.end());
  children.erase(std::unique(children.begin(), children.end()), children.end());
  if (children.size() == 1) return children[0];
  std::vector<uint32_t> key = children;
  key.push_back(expr.kind == BoundExpr::Kind::kAnd ? 0 : 1);
  const auto found = branches_.find(key);
  if (found != branches_.end()) return found->second;

  const bool is_and = expr.kind == BoundExpr::Kind::kAnd;
  std::stable_sort(children.begin(), children.end(), [&](NodeRef a, NodeRef b) {
    return ComesFirst(EstimateOf(a), EstimateOf(b), is_and);
  });
  std::vector<Estimate> estimates;
  for (const NodeRef child : children) estimates.push_back(EstimateOf(child));
  NodeCode node;
  node.kind = is_and ? NodeCode::Kind::kAnd : NodeCode::Kind::kOr;
  node.first = static_cast<uint32_t>(program_.children.size());
  node.count = static_cast<uint32_t>(children.size());
  program_.children.insert(program_.children.end(), children.begin(),
                           children.end());
  const NodeRef ref = AddNode(node, EstimateBranches(estimates, is_and)) * 2;
  branches_.emplace(std::move(key), ref);
  return ref;
}

NodeRef Compiler::AddPredicate(const Predicate& predicate) {
  if (NeverHolds(predicate)) {
    AddOperand(predicate.left);  // which fields are named is asked for, too
    return kFalseRef;
  }
  std::string text = PrintPredicate(predicate);
  const auto found = predicates_.find(text);
  if (found != predicates_.end()) return found->second;

  PredicateCode code;
  code.left = AddOperand(predicate.left);
  code.test = TestOf(predicate.op, ClassOf(predicate.left->type.type));
  code.combine = CombineOf(predicate);
  code.negated = predicate.op == Operator::kNotEqual;
  code.needs_all = NeedsAll(predicate);
  code.empty_is_absent = !predicate.left->type.is_list();
  if (predicate.right != nullptr) {
    code.right = AddOperand(predicate.right);
  } else if (predicate.op != Operator::kExists) {
    AddLiterals(predicate, code);
  }
  NodeCode node;
  node.kind = NodeCode::Kind::kPredicate;
  node.first = static_cast<uint32_t>(program_.predicates.size());
  program_.predicates.push_back(code);
  program_.predicate_texts.push_back(std::move(text));
  const NodeRef ref = AddNode(node, EstimatePredicate(predicate)) * 2;
  predicates_.emplace(program_.predicate_texts.back(), ref);
  return ref;
}

uint32_t Compiler::AddOperand(const OperandPtr& operand) {
  const auto found = operands_.find(operand->text);
  if (found != operands_.end()) return found->second;
  OperandCode code;
  code.operand = operand;
  std::vector<uint32_t> arguments;
  for (const OperandPtr& argument : operand->arguments) {
    arguments.push_back(AddOperand(argument));
  }
  code.first_argument = static_cast<uint32_t>(program_.arguments.size());
  code.argument_count = static_cast<uint32_t>(arguments.size());
  program_.arguments.insert(program_.arguments.end(), arguments.begin(),
                            arguments.end());
  program_.operands.push_back(std::move(code));
  const auto index = static_cast<uint32_t>(program_.operands.size() - 1);
  operands_.emplace(operand->text, index);
  return index;
}

void Compiler::AddLiterals(const Predicate& predicate, PredicateCode& code) {
  if (AddSet(predicate, code)) {
    code.combine = Combine::kOne;
    return;
  }
  if (predicate.literals.size() == 1) code.combine = Combine::kOne;
  code.first = static_cast<uint32_t>(program_.literals.size());
  code.count = static_cast<uint32_t>(predicate.literals.size());
  for (const Literal& literal : predicate.literals) {
    program_.literals.push_back(literal);
    if (code.test == Test::kIcontains) {
      absl::AsciiStrToLower(&program_.literals.back().text);
    }
  }
}

bool Compiler::AddSet(const Predicate& predicate, PredicateCode& code) {
  const ValueClass value = ClassOf(predicate.left->type.type);
  const bool always = code.test == Test::kPathInSet;
  if (!always && (!IsMembership(predicate) || value == ValueClass::kReal ||
                  predicate.literals.size() == 1)) {
    return false;
  }
  if (code.test == Test::kPathInSet) {
    code.first = static_cast<uint32_t>(program_.path_sets.size());
    PathSet& set = program_.path_sets.emplace_back();
    for (const Literal& literal : predicate.literals) set.Insert(literal.text);
  } else if (value == ValueClass::kText) {
    code.test = Test::kTextInSet;
    code.first = static_cast<uint32_t>(program_.string_sets.size());
    StringSet& set = program_.string_sets.emplace_back();
    for (const Literal& literal : predicate.literals) set.Insert(literal.text);
  } else if (value == ValueClass::kAddress || value == ValueClass::kNetwork) {
    code.test = Test::kNetworkInSet;
    code.first = static_cast<uint32_t>(program_.network_sets.size());
    NetworkSet& set = program_.network_sets.emplace_back();
    for (const Literal& literal : predicate.literals) {
      set.Insert(literal.ip, value == ValueClass::kNetwork ? literal.prefix_bits
                             : literal.ip.is_v6            ? 128
                                                           : 32);
    }
  } else {
    code.test = Test::kNumberInSet;
    code.first = static_cast<uint32_t>(program_.number_sets.size());
    std::vector<uint64_t> numbers;
    for (const Literal& literal : predicate.literals) {
      numbers.push_back(literal.number);
    }
    program_.number_sets.emplace_back(std::move(numbers));
  }
  return true;
}

}  // namespace eyrie::rules

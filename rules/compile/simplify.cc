// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/simplify.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rules/compile/join_alternatives.h"

namespace eyrie::rules {
namespace {

using ast::Modifier;
using ast::Operator;

BoundExprPtr Constant(Truth truth) {
  static const BoundExprPtr constants[] = {
      std::make_shared<BoundExpr>(
          BoundExpr{BoundExpr::Kind::kConstant, Truth::kFalse, nullptr, {}}),
      std::make_shared<BoundExpr>(
          BoundExpr{BoundExpr::Kind::kConstant, Truth::kTrue, nullptr, {}}),
      std::make_shared<BoundExpr>(
          BoundExpr{BoundExpr::Kind::kConstant, Truth::kUnknown, nullptr, {}}),
  };
  return constants[static_cast<size_t>(truth)];
}

bool IsConstant(const BoundExpr& expr, Truth truth) {
  return expr.kind == BoundExpr::Kind::kConstant && expr.constant == truth;
}

bool IsField(const Predicate& predicate, absl::string_view name) {
  return predicate.left->kind == Operand::Kind::kField &&
         predicate.left->use.field->name == name;
}

// Whether SimplifyForType() decides `predicate`.
bool DecidedByType(const Predicate& predicate) {
  if (!IsField(predicate, "evt.type") || predicate.right != nullptr) {
    return false;
  }
  switch (predicate.op) {
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kIn:
    case Operator::kIntersects:
    case Operator::kExists:
      return true;
    default:
      return false;
  }
}

// The truth of a comparison that DecidedByType() where evt.type is `type`.
bool HoldsForType(const Predicate& predicate, absl::string_view type) {
  if (predicate.op == Operator::kExists) return true;
  const bool equal = predicate.op != Operator::kNotEqual;
  const auto held = static_cast<size_t>(std::count_if(
      predicate.literals.begin(), predicate.literals.end(),
      [&](const Literal& literal) { return (literal.text == type) == equal; }));
  switch (predicate.modifier) {
    case Modifier::kOneof:
      return held == 1;
    case Modifier::kAllof:
      return held > 0 && held == predicate.literals.size();
    default:
      return held > 0;
  }
}

// Whether no event can fulfil `predicate`, whatever its fields are.
bool NeverHolds(const Predicate& predicate) {
  if (predicate.right != nullptr || predicate.op == Operator::kExists) {
    return false;
  }
  if (predicate.literals.empty()) {
    // Every element of an empty list is in an empty list.
    return !(predicate.left->type.is_list() && predicate.op == Operator::kIn);
  }
  if (!IsField(predicate, "evt.num")) return false;
  // evt.num is 1 or more.
  switch (predicate.op) {
    case Operator::kEqual:
    case Operator::kIn:
    case Operator::kIntersects:
      return std::all_of(
          predicate.literals.begin(), predicate.literals.end(),
          [](const Literal& literal) { return literal.number == 0; });
    case Operator::kLess:
      return predicate.literals[0].number <= 1;
    case Operator::kLessEqual:
      return predicate.literals[0].number == 0;
    default:
      return false;
  }
}

}  // namespace

BoundExprPtr Simplifier::Simplify(const BoundExprPtr& expr) {
  seen_.insert(expr);
  return Rewrite(expr, "", memo_);
}

BoundExprPtr Simplifier::SimplifyForType(const BoundExprPtr& expr,
                                         absl::string_view event_type) {
  const BoundExprPtr simple = Simplify(expr);
  if (type_ != event_type) {
    type_memo_.clear();
    type_ = std::string(event_type);
  }
  seen_.insert(simple);
  return Rewrite(simple, type_, type_memo_);
}

bool Simplifier::ReadsEventType(const BoundExprPtr& expr) {
  if (expr->kind == BoundExpr::Kind::kConstant) return false;
  if (expr->kind == BoundExpr::Kind::kPredicate) {
    return DecidedByType(*expr->predicate);
  }
  const auto found = reads_event_type_.find(expr.get());
  if (found != reads_event_type_.end()) return found->second;
  const bool reads = std::any_of(
      expr->operands.begin(), expr->operands.end(),
      [this](const BoundExprPtr& operand) { return ReadsEventType(operand); });
  reads_event_type_.emplace(expr.get(), reads);
  return reads;
}

BoundExprPtr Simplifier::Rewrite(const BoundExprPtr& expr,
                                 absl::string_view event_type, Memo& memo) {
  // An expression for all events is simple already.
  if (!event_type.empty() && !ReadsEventType(expr)) return expr;
  if (expr->kind == BoundExpr::Kind::kConstant) return expr;
  if (expr->kind == BoundExpr::Kind::kPredicate) {
    if (!event_type.empty()) {
      return Constant(HoldsForType(*expr->predicate, event_type)
                          ? Truth::kTrue
                          : Truth::kFalse);
    }
    return NeverHolds(*expr->predicate) ? Constant(Truth::kFalse) : expr;
  }
  const auto found = memo.find(expr.get());
  if (found != memo.end()) return found->second;
  BoundExprPtr result = RewriteOperands(expr, event_type, memo);
  memo.emplace(expr.get(), result);
  return result;
}

BoundExprPtr Simplifier::RewriteOperands(const BoundExprPtr& expr,
                                         absl::string_view event_type,
                                         Memo& memo) {
  if (expr->kind == BoundExpr::Kind::kNot) {
    const BoundExprPtr operand = Rewrite(expr->operands[0], event_type, memo);
    if (operand->kind == BoundExpr::Kind::kConstant) {
      return Constant(Negate(operand->constant));
    }
    if (operand->kind == BoundExpr::Kind::kNot) return operand->operands[0];
    if (operand == expr->operands[0]) return expr;
    auto negated = std::make_shared<BoundExpr>();
    negated->kind = BoundExpr::Kind::kNot;
    negated->operands = {operand};
    return negated;
  }
  // What decides the whole, and what has no effect.
  const bool is_and = expr->kind == BoundExpr::Kind::kAnd;
  const Truth decisive = is_and ? Truth::kFalse : Truth::kTrue;
  std::vector<BoundExprPtr> operands;
  for (const BoundExprPtr& operand : expr->operands) {
    BoundExprPtr simple = Rewrite(operand, event_type, memo);
    if (IsConstant(*simple, decisive)) return simple;
    if (IsConstant(*simple, Negate(decisive))) continue;
    operands.push_back(std::move(simple));
  }
  if (!is_and) operands = JoinAlternatives(std::move(operands));
  if (operands.empty()) return Constant(Negate(decisive));
  if (operands.size() == 1) return operands[0];
  if (operands == expr->operands) return expr;
  auto combined = std::make_shared<BoundExpr>();
  combined->kind = expr->kind;
  combined->operands = std::move(operands);
  return combined;
}

}  // namespace eyrie::rules

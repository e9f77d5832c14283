// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/cost.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace eyrie::rules {
namespace {

int FieldCost(const FieldInfo& field, Quantifier quantifier) {
  // Rendered, or put together from several facts.
  if (absl::StartsWith(field.name, "evt.arg")) return 10;
  if (quantifier == Quantifier::kAny) return 40;  // walks all ancestors
  if (field.type == FieldType::kString && quantifier == Quantifier::kEither) {
    return 8;  // makes paths absolute
  }
  if (field.owner == Owner::kCentre) return 8;  // looks tables up
  return field.type == FieldType::kString ? 3 : 1;
}

}  // namespace

int OperandCost(const Operand& operand) {
  if (operand.kind == Operand::Kind::kField) {
    return FieldCost(*operand.use.field, operand.type.quantifier);
  }
  int cost = operand.kind == Operand::Kind::kTransform ? 10 : 0;
  for (const OperandPtr& argument : operand.arguments) {
    cost += OperandCost(*argument);
  }
  return cost;
}

int PredicateCost(const Predicate& predicate) {
  int cost = OperandCost(*predicate.left);
  if (predicate.right != nullptr) cost += OperandCost(*predicate.right);
  const int literals =
      static_cast<int>(std::min<size_t>(predicate.literals.size(), 100));
  switch (predicate.op) {
    case ast::Operator::kContains:
    case ast::Operator::kBcontains:
    case ast::Operator::kGlob:
      return cost + 3 * literals;
    case ast::Operator::kIcontains:
    case ast::Operator::kIglob:
      return cost + 6 * literals;
    case ast::Operator::kRegex:
      return cost + 30 * literals;
    case ast::Operator::kIn:
    case ast::Operator::kIntersects:
    case ast::Operator::kPmatch:
      return cost + 3;
    default:
      return cost + literals;
  }
}

}  // namespace eyrie::rules

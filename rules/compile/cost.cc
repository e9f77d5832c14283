// SPDX-License-Identifier: Apache-2.0
//
// Most comparisons of a rule set are false for most events: names are compared
// with a few out of many. So `fd.name = /etc/shadow` is likely to end an `and`,
// and `not proc.name in (...)` is not, cheap as it is.

#include "rules/compile/cost.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace eyrie::rules {
namespace {

double FieldCost(const FieldInfo& field, Quantifier quantifier) {
  // Rendered, or put together from several facts.
  if (absl::StartsWith(field.name, "evt.arg")) return 10;
  if (quantifier == Quantifier::kAny) return 20;  // walks all ancestors
  if (field.type == FieldType::kString && quantifier == Quantifier::kEither) {
    return 6;  // makes paths absolute
  }
  if (field.owner == Owner::kCentre) return 8;  // looks tables up
  return field.type == FieldType::kString ? 3 : 1;
}

double TestCost(const Predicate& predicate) {
  const double literals =
      static_cast<double>(std::min<size_t>(predicate.literals.size(), 100));
  switch (predicate.op) {
    case ast::Operator::kContains:
    case ast::Operator::kBcontains:
    case ast::Operator::kGlob:
      return 3 * literals;
    case ast::Operator::kIcontains:
    case ast::Operator::kIglob:
      return 6 * literals;
    case ast::Operator::kRegex:
      return 30 * literals;
    case ast::Operator::kIn:
    case ast::Operator::kIntersects:
    case ast::Operator::kPmatch:
      return 3;
    default:
      return literals;
  }
}

// How probable it is that a field equals one literal of a rule, where that is
// known to be far from what the field's type lets one expect.
struct Chance {
  absl::string_view field;
  double chance;
};
constexpr Chance kChances[] = {
    {"container.id", 0.5},
    {"evt.category", 0.3},
    {"evt.dir", 0.5},
    {"evt.failed", 0.1},
    {"evt.is_open_exec", 0.05},
    {"evt.is_open_write", 0.2},
    {"evt.res", 0.8},
    {"evt.rawres", 0.3},
    {"fd.l4proto", 0.5},
    {"fd.type", 0.5},
    {"fd.typechar", 0.7},
    {"proc.is_exe_from_memfd", 0.001},
    {"proc.is_exe_lower_layer", 0.01},
    {"proc.is_exe_upper_layer", 0.05},
    {"proc.is_exe_writable", 0.3},
    {"proc.tty", 0.5},
    {"user.loginuid", 0.3},
    {"user.name", 0.01},  // rules name users of services, which start little
    {"user.uid", 0.3},
};

// Of any other field: paths have many values, names some.
double ChanceOfType(const FieldInfo& field) {
  if (field.type == FieldType::kBool) return 0.5;
  if (field.type == FieldType::kPath ||
      (field.type == FieldType::kString &&
       (absl::StartsWith(field.name, "fd.") ||
        absl::StartsWith(field.name, "proc.cmdline") ||
        absl::StartsWith(field.name, "proc.args") ||
        absl::StartsWith(field.name, "proc.exe")))) {
    return 0.003;
  }
  return 0.03;
}

// How many ancestors a process has, each of which may satisfy.
constexpr double kAncestors = 4;

double ChanceOf(const Operand& operand) {
  if (operand.kind != Operand::Kind::kField) return 0.03;
  const FieldInfo& field = *operand.use.field;
  for (const Chance& chance : kChances) {
    if (chance.field == field.name) return chance.chance;
  }
  return ChanceOfType(field);
}

double Likelihood(const Predicate& predicate) {
  double chance = ChanceOf(*predicate.left);
  if (predicate.left->type.quantifier == Quantifier::kAny) chance *= kAncestors;
  if (predicate.left->type.type == FieldType::kBool) {
    const bool wants_true =
        predicate.literals.empty() || predicate.literals[0].number != 0;
    const bool is_equal = predicate.op != ast::Operator::kNotEqual;
    return wants_true == is_equal ? chance : 1 - chance;
  }
  // A list has several chances.
  const double literals =
      static_cast<double>(std::clamp<size_t>(predicate.literals.size(), 1, 10));
  const double any = std::min(0.95, chance * literals);
  switch (predicate.op) {
    case ast::Operator::kExists:
      return 0.8;
    case ast::Operator::kNotEqual:
      return 1 - any;
    case ast::Operator::kLess:
    case ast::Operator::kLessEqual:
    case ast::Operator::kGreater:
    case ast::Operator::kGreaterEqual:
      return 0.5;
    default:
      return any;
  }
}

// What an operand of `and` (or of `or`) decides for its cost.
double Worth(const Estimate& estimate, bool is_and) {
  const double decides = is_and ? 1 - estimate.truth : estimate.truth;
  return decides / (estimate.cost + 0.1);
}

}  // namespace

double EstimateOperand(const Operand& operand) {
  if (operand.kind == Operand::Kind::kField) {
    return FieldCost(*operand.use.field, operand.type.quantifier);
  }
  double cost = operand.kind == Operand::Kind::kTransform ? 10 : 0;
  for (const OperandPtr& argument : operand.arguments) {
    cost += EstimateOperand(*argument);
  }
  return cost;
}

Estimate EstimatePredicate(const Predicate& predicate) {
  Estimate estimate;
  estimate.cost = EstimateOperand(*predicate.left) + TestCost(predicate);
  if (predicate.right != nullptr) {
    estimate.cost += EstimateOperand(*predicate.right);
  }
  estimate.truth = Likelihood(predicate);
  return estimate;
}

Estimate EstimateBranches(absl::Span<const Estimate> operands, bool is_and) {
  Estimate all;
  double reached = 1;  // how probable it is that an operand is asked
  for (const Estimate& operand : operands) {
    all.cost += reached * operand.cost;
    reached *= is_and ? operand.truth : 1 - operand.truth;
  }
  all.truth = is_and ? reached : 1 - reached;
  return all;
}

bool ComesFirst(const Estimate& a, const Estimate& b, bool is_and) {
  return Worth(a, is_and) > Worth(b, is_and);
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/join_alternatives.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace eyrie::rules {
namespace {

using ast::Modifier;
using ast::Operator;

// Whether `expr` holds if any of its literals is found in any value.
bool IsSearch(const BoundExpr& expr) {
  if (expr.kind != BoundExpr::Kind::kPredicate) return false;
  const Predicate& predicate = *expr.predicate;
  if (predicate.right != nullptr || (predicate.modifier != Modifier::kAnyof &&
                                     !(predicate.modifier == Modifier::kNone &&
                                       predicate.literals.size() == 1))) {
    return false;
  }
  switch (predicate.op) {
    case Operator::kContains:
    case Operator::kIcontains:
    case Operator::kStartswith:
    case Operator::kEndswith:
    case Operator::kGlob:
    case Operator::kIglob:
      return true;
    default:
      return false;
  }
}

BoundExprPtr Join(const std::vector<BoundExprPtr>& searches) {
  auto joined = std::make_shared<Predicate>(*searches.front()->predicate);
  joined->modifier = Modifier::kAnyof;
  for (size_t i = 1; i < searches.size(); ++i) {
    const std::vector<Literal>& more = searches[i]->predicate->literals;
    joined->literals.insert(joined->literals.end(), more.begin(), more.end());
  }
  auto expr = std::make_shared<BoundExpr>();
  expr->kind = BoundExpr::Kind::kPredicate;
  expr->predicate = std::move(joined);
  return expr;
}

}  // namespace

std::vector<BoundExprPtr> JoinAlternatives(std::vector<BoundExprPtr> operands) {
  // Places in `groups` by operator and operand.
  absl::flat_hash_map<std::pair<Operator, absl::string_view>, size_t> places;
  std::vector<std::vector<BoundExprPtr>> groups;
  for (const BoundExprPtr& operand : operands) {
    size_t place = groups.size();
    if (IsSearch(*operand)) {
      const Predicate& predicate = *operand->predicate;
      place = places.try_emplace({predicate.op, predicate.left->text}, place)
                  .first->second;
    }
    if (place == groups.size()) groups.emplace_back();
    groups[place].push_back(operand);
  }
  if (groups.size() == operands.size()) return operands;
  std::vector<BoundExprPtr> joined;
  for (const std::vector<BoundExprPtr>& group : groups) {
    joined.push_back(group.size() == 1 ? group[0] : Join(group));
  }
  return joined;
}

}  // namespace eyrie::rules

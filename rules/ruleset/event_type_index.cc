// SPDX-License-Identifier: Apache-2.0
//
// A condition can match events of a type unless, with evt.type fixed to that
// type, it folds to false. Negation needs no care: folding decides leaves, and
// three-valued logic carries the decisions up. What remains after folding is
// what events of that type are judged by.

#include "rules/ruleset/event_type_index.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"

#include "proto/event_catalog.h"
#include "rules/compile/simplify.h"

namespace eyrie::rules {
namespace {

// Stands for all types that a condition does not name: no event has this name.
constexpr absl::string_view kUnnamed = "\x01unnamed";

bool CanMatch(const BoundExpr& condition) {
  return condition.kind != BoundExpr::Kind::kConstant ||
         condition.constant != Truth::kFalse;
}

// Collects the names that `expr` compares evt.type with and that no record
// carries.
class FutureNames {
 public:
  void Visit(const BoundExprPtr& expr) {
    if (!seen_.insert(expr.get()).second) return;
    for (const BoundExprPtr& operand : expr->operands) Visit(operand);
    if (expr->kind != BoundExpr::Kind::kPredicate) return;
    const Predicate& predicate = *expr->predicate;
    if (predicate.left->kind != Operand::Kind::kField ||
        predicate.left->use.field->name != "evt.type") {
      return;
    }
    for (const Literal& literal : predicate.literals) {
      if (FindEvent(literal.text) == nullptr && !literal.text.empty()) {
        names_.insert(literal.text);
      }
    }
  }

  const absl::btree_set<std::string>& names() const { return names_; }

 private:
  absl::flat_hash_set<const BoundExpr*> seen_;
  absl::btree_set<std::string> names_;
};

}  // namespace

std::vector<EventTypes> InferEventTypes(
    absl::Span<const BoundExprPtr> conditions) {
  Simplifier simplifier;
  std::vector<EventTypes> result(conditions.size());
  size_t judged_types = 0;
  for (const EventInfo& event : AllEvents()) {
    if (event.category == EventCategory::kSnapshot) continue;
    ++judged_types;
    for (size_t i = 0; i < conditions.size(); ++i) {
      BoundExprPtr condition =
          simplifier.SimplifyForType(conditions[i], event.name);
      if (!CanMatch(*condition)) continue;
      result[i].conditions.push_back({event.id, std::move(condition)});
    }
  }
  for (size_t i = 0; i < conditions.size(); ++i) {
    result[i].matches_unnamed =
        CanMatch(*simplifier.SimplifyForType(conditions[i], kUnnamed));
    result[i].matches_all = result[i].matches_unnamed &&
                            result[i].conditions.size() == judged_types;
  }
  for (size_t i = 0; i < conditions.size(); ++i) {
    FutureNames future;
    if (!result[i].matches_unnamed) {
      future.Visit(simplifier.Simplify(conditions[i]));
    }
    for (const std::string& name : future.names()) {
      if (CanMatch(*simplifier.SimplifyForType(conditions[i], name))) {
        result[i].missing.push_back(name);
      }
    }
  }
  return result;
}

}  // namespace eyrie::rules

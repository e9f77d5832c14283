// SPDX-License-Identifier: Apache-2.0
//
// A condition can match events of a type unless, with evt.type fixed to that
// type, it folds to false. Negation needs no care: folding decides leaves, and
// three-valued logic carries the decisions up. What remains after folding is
// what events of that type are judged by. All types that a condition does not
// name are alike to it.

#include "rules/ruleset/event_type_index.h"

#include <bitset>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "rules/compile/simplify.h"

namespace eyrie::rules {
namespace {

// Stands for all types that a condition does not name: no event has this name.
constexpr absl::string_view kUnnamed = "\x01unnamed";

bool CanMatch(const BoundExpr& condition) {
  return condition.kind != BoundExpr::Kind::kConstant ||
         condition.constant != Truth::kFalse;
}

// What a condition compares evt.type with.
struct NamedTypes {
  std::bitset<EYRIE_EVENT_LIMIT> ids;
  absl::btree_set<std::string> missing;  // that no record carries yet
};

class NamedTypesVisitor {
 public:
  explicit NamedTypesVisitor(NamedTypes* out) : out_(out) {}

  void Visit(const BoundExpr& expr) {
    if (!expr.operands.empty() && !seen_.insert(&expr).second) return;
    for (const BoundExprPtr& operand : expr.operands) Visit(*operand);
    if (expr.kind != BoundExpr::Kind::kPredicate) return;
    const Predicate& predicate = *expr.predicate;
    if (predicate.left->kind != Operand::Kind::kField ||
        predicate.left->use.field->name != "evt.type") {
      return;
    }
    for (const Literal& literal : predicate.literals) {
      const EventInfo* event = FindEvent(literal.text);
      if (event != nullptr) {
        out_->ids.set(event->id);
      } else if (!literal.text.empty()) {
        out_->missing.insert(literal.text);
      }
    }
  }

 private:
  NamedTypes* const out_;
  absl::flat_hash_set<const BoundExpr*> seen_;
};

}  // namespace

std::vector<EventTypes> InferEventTypes(
    absl::Span<const BoundExprPtr> conditions) {
  Simplifier simplifier;
  std::vector<EventTypes> result(conditions.size());
  std::vector<NamedTypes> named(conditions.size());
  // What remains for all types that a condition does not name, where something
  // does.
  std::vector<std::pair<size_t, BoundExprPtr>> unnamed;
  for (size_t i = 0; i < conditions.size(); ++i) {
    NamedTypesVisitor(&named[i]).Visit(*conditions[i]);
    BoundExprPtr rest = simplifier.SimplifyForType(conditions[i], kUnnamed);
    result[i].matches_unnamed = CanMatch(*rest);
    if (result[i].matches_unnamed) unnamed.emplace_back(i, std::move(rest));
  }
  size_t judged_types = 0;
  for (const EventInfo& event : AllEvents()) {
    if (event.category == EventCategory::kSnapshot) continue;
    ++judged_types;
    for (size_t i = 0; i < conditions.size(); ++i) {
      if (!named[i].ids.test(event.id)) continue;
      BoundExprPtr condition =
          simplifier.SimplifyForType(conditions[i], event.name);
      if (!CanMatch(*condition)) continue;
      result[i].conditions.push_back({event.id, std::move(condition)});
    }
    for (const auto& [i, condition] : unnamed) {
      if (named[i].ids.test(event.id)) continue;
      result[i].conditions.push_back({event.id, condition});
    }
  }
  for (size_t i = 0; i < conditions.size(); ++i) {
    result[i].matches_all = result[i].matches_unnamed &&
                            result[i].conditions.size() == judged_types;
    if (result[i].matches_unnamed) continue;
    for (const std::string& name : named[i].missing) {
      if (CanMatch(*simplifier.SimplifyForType(conditions[i], name))) {
        result[i].missing.push_back(name);
      }
    }
  }
  return result;
}

}  // namespace eyrie::rules

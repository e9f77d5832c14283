// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/rule_warnings.h"

#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "rules/fields/field_catalog.h"

namespace eyrie::rules {
namespace {

std::string Quoted(absl::string_view name) {
  return absl::StrCat("`", name, "`");
}

// Collects fields without a value, and why.
class UnavailableFields {
 public:
  void Visit(const BoundExprPtr& expr) {
    if (!seen_.insert(expr.get()).second) return;
    for (const BoundExprPtr& operand : expr->operands) Visit(operand);
    if (expr->kind != BoundExpr::Kind::kPredicate) return;
    VisitOperand(*expr->predicate->left);
    if (expr->predicate->right != nullptr) {
      VisitOperand(*expr->predicate->right);
    }
  }

  const std::map<std::string, absl::string_view>& found() const {
    return found_;
  }

 private:
  void VisitOperand(const Operand& operand) {
    for (const OperandPtr& argument : operand.arguments) {
      VisitOperand(*argument);
    }
    if (operand.kind != Operand::Kind::kField) return;
    const absl::string_view reason =
        UnavailableReason(*operand.use.field, operand.use.argument);
    if (!reason.empty()) found_.emplace(operand.use.text, reason);
  }

  absl::flat_hash_set<const BoundExpr*> seen_;
  std::map<std::string, absl::string_view> found_;
};

}  // namespace

void WarnAboutEventTypes(const Rule& rule, const EventTypes& types,
                         bool warn_evttypes, Diagnostics& diagnostics) {
  if (types.matches_unnamed && warn_evttypes) {
    diagnostics.Warning(
        "no-event-type", rule.range,
        absl::StrCat("rule `", rule.name,
                     "` can match events of any type, which costs time"),
        "add `evt.type = ...` or `evt.type in (...)` to its condition");
  }
  if (types.missing.empty()) return;
  diagnostics.Warning(
      "event-type-unavailable", rule.range,
      absl::StrCat("rule `", rule.name, "` ",
                   types.conditions.empty() ? "can match only" : "misses",
                   " events that the sensor does not report yet: ",
                   absl::StrJoin(types.missing, ", ",
                                 [](std::string* out, const std::string& name) {
                                   out->append(Quoted(name));
                                 })));
}

void WarnAboutFields(const Rule& rule, const EventTypes& types,
                     Diagnostics& diagnostics) {
  UnavailableFields fields;
  for (const TypedCondition& typed : types.conditions) {
    fields.Visit(typed.condition);
  }
  if (fields.found().empty()) return;
  Diagnostic note;
  note.severity = Severity::kNote;
  note.code = "field-unavailable";
  note.range = rule.range;
  note.message = absl::StrCat(
      "rule `", rule.name, "` uses what is not available yet: ",
      absl::StrJoin(
          fields.found(), "; ", [](std::string* out, const auto& entry) {
            absl::StrAppend(out, Quoted(entry.first), ", ", entry.second);
          }));
  note.hint = "where such a field decides, the rule does not match";
  diagnostics.Add(std::move(note));
}

}  // namespace eyrie::rules

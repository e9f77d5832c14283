// SPDX-License-Identifier: Apache-2.0

#include "rules/check/checker.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "proto/event_catalog.h"
#include "rules/check/literal.h"
#include "rules/check/operators.h"
#include "rules/check/widening.h"
#include "rules/syntax/keywords.h"

namespace eyrie::rules {
namespace {

// Whether rules may compare evt.type with `name`: an event that is carried, one
// that is not yet, another name of one, or one of the two texts that the
// reference takes, too.
bool IsEventName(absl::string_view name) {
  const absl::Span<const absl::string_view> future = FutureEventNames();
  return name.empty() || name == "NA" || FindEvent(name) != nullptr ||
         !EventOfAlias(name).empty() ||
         std::binary_search(future.begin(), future.end(), name);
}

std::string NearestEventName(absl::string_view name) {
  std::vector<absl::string_view> names(FutureEventNames().begin(),
                                       FutureEventNames().end());
  for (const EventInfo& event : AllEvents()) names.push_back(event.name);
  return NearestName(name, names);
}

// Whether the values of `operand` are made from evt.type.
bool IsEventType(const Operand& operand) {
  if (operand.kind == Operand::Kind::kField) {
    return operand.use.field->name == "evt.type";
  }
  return operand.kind == Operand::Kind::kTransform &&
         operand.type.type == FieldType::kString &&
         operand.arguments.size() == 1 && IsEventType(*operand.arguments[0]);
}

// Whether the field never has the literal text "<NA>": one that is absent when
// there is no value.
bool IsNeverNa(const Operand& operand) {
  if (operand.kind != Operand::Kind::kField) return false;
  const absl::string_view name = operand.use.field->name;
  return absl::StartsWith(name, "ka.") || absl::StartsWith(name, "jevt.") ||
         absl::StartsWith(name, "json.") || absl::StartsWith(name, "k8s.") ||
         absl::StartsWith(name, "k8smeta.") ||
         absl::StartsWith(name, "container.");
}

// Whether the field has the literal text "<NA>" for what it cannot name.
bool MayBeNa(const Operand& operand) {
  constexpr absl::string_view kFields[] = {
      "fd.l4proto",     "fd.type",   "group.name", "user.homedir",
      "user.loginname", "user.name", "user.shell"};
  return operand.kind == Operand::Kind::kField &&
         std::find(std::begin(kFields), std::end(kFields),
                   operand.use.field->name) != std::end(kFields);
}

bool SameType(const ValueType& left, const ValueType& right) {
  return left.type == right.type && left.bits == right.bits &&
         left.is_list() == right.is_list();
}

std::string TypeText(const ValueType& type) {
  return absl::StrCat(type.is_list() ? "list of " : "",
                      FieldTypeName(type.type),
                      type.bits == 64 || type.type == FieldType::kPort
                          ? ""
                          : absl::StrCat(" of ", type.bits, " bits"));
}

// fd.ip, fd.port and fd.net.
bool IsEitherAddress(const Operand& operand) {
  return operand.kind == Operand::Kind::kField &&
         operand.type.quantifier == Quantifier::kEither &&
         (operand.type.type == FieldType::kIpAddress ||
          operand.type.type == FieldType::kIpNet ||
          operand.type.type == FieldType::kPort);
}

// fd.sip.name and the like.
bool IsDomain(const Operand& operand) {
  return operand.kind == Operand::Kind::kField && operand.use.field->is_domain;
}

bool OnlyExists(const Operand& operand) {
  return operand.kind == Operand::Kind::kField &&
         operand.use.field->only_exists;
}

bool TakesOperator(const Operand& operand, ast::Operator op) {
  if (OnlyExists(operand)) return op == ast::Operator::kExists;
  if (IsDomain(operand) && op == ast::Operator::kIntersects) return false;
  // Domains are compared as addresses, not as the texts that they are.
  return IsLegal(op,
                 IsDomain(operand) ? FieldType::kIpAddress : operand.type.type,
                 operand.type.is_list());
}

// The operators that the operand takes, for hints.
std::vector<absl::string_view> OperatorsOf(const Operand& operand) {
  if (OnlyExists(operand)) return {"exists"};
  if (IsDomain(operand)) return {"=", "!=", "exists", "in"};
  return LegalOperators(operand.type.type, operand.type.is_list());
}

// Whether the reference reads the first item of the comparison's list alone.
bool ReadsFirstItemOnly(const Predicate& predicate) {
  const Operand& left = *predicate.left;
  if (predicate.modifier != ast::Modifier::kNone) {
    return IsEitherAddress(left) || (left.kind == Operand::Kind::kField &&
                                     left.type.quantifier == Quantifier::kAny);
  }
  return predicate.op == ast::Operator::kIn && IsEitherAddress(left) &&
         left.type.type == FieldType::kIpNet;
}

}  // namespace

BoundExprPtr Checker::Check(const ast::ExprPtr& condition, UnknownNames unknown,
                            Diagnostics& diagnostics) {
  Findings findings{unknown, {}};
  BoundExprPtr bound = CheckExpr(*condition, findings);
  Report(findings.diagnostics, diagnostics);
  return bound;
}

void Checker::Report(const Diagnostics& found, Diagnostics& diagnostics) {
  for (const Diagnostic& entry : found.entries()) {
    const SourceRange& range = entry.range;
    const std::string key = absl::StrCat(
        static_cast<int>(entry.severity), " ", entry.code, " ",
        range.file == nullptr ? "" : range.file->name(), " ", range.begin, " ",
        range.end, " ", range.file == nullptr ? entry.message : "");
    if (reported_.insert(key).second) diagnostics.Add(entry);
  }
}

BoundExprPtr Checker::CheckExpr(const ast::Expr& expr, Findings& findings) {
  if (const auto found = checked_.find(&expr); found != checked_.end()) {
    return found->second;
  }
  BoundExprPtr bound;
  if (const auto* both = std::get_if<ast::And>(&expr.node)) {
    bound = CheckAll(both->operands, BoundExpr::Kind::kAnd, findings);
  } else if (const auto* either = std::get_if<ast::Or>(&expr.node)) {
    bound = CheckAll(either->operands, BoundExpr::Kind::kOr, findings);
  } else if (const auto* negated = std::get_if<ast::Not>(&expr.node)) {
    bound = CheckAll({negated->operand}, BoundExpr::Kind::kNot, findings);
  } else if (const auto* comparison =
                 std::get_if<ast::Comparison>(&expr.node)) {
    bound = CheckComparison(*comparison, expr.range, findings);
  } else {
    const ast::MacroRef& macro = std::get<ast::MacroRef>(expr.node);
    findings.diagnostics.Error(
        "unknown-macro", expr.range,
        absl::StrCat("unknown macro `", macro.name, "`"));
  }
  if (bound != nullptr) checked_.emplace(&expr, bound);
  return bound;
}

BoundExprPtr Checker::CheckAll(const std::vector<ast::ExprPtr>& operands,
                               BoundExpr::Kind kind, Findings& findings) {
  auto bound = std::make_shared<BoundExpr>();
  bound->kind = kind;
  bool ok = true;
  for (const ast::ExprPtr& operand : operands) {
    bound->operands.push_back(CheckExpr(*operand, findings));
    ok = ok && bound->operands.back() != nullptr;
  }
  return ok ? bound : nullptr;
}

OperandPtr Checker::BindLeft(const ast::Operand& left, Findings& findings) {
  const auto* field = std::get_if<ast::FieldRef>(&left);
  if (field != nullptr && !field->has_argument) {
    if (OperandPtr shared = fields_.Find(field->name)) return shared;
  }
  return BindOperand(left, catalog_, findings.unknown, findings.diagnostics);
}

BoundExprPtr Checker::CheckComparison(const ast::Comparison& comparison,
                                      const SourceRange& range,
                                      Findings& findings) {
  auto predicate = std::make_shared<Predicate>();
  predicate->left = BindLeft(comparison.left, findings);
  if (predicate->left == nullptr) return nullptr;
  predicate->op = comparison.op;
  predicate->modifier = comparison.modifier;
  predicate->range = range;
  if (!CheckOperator(comparison, *predicate->left, findings) ||
      !BindRight(comparison, *predicate, findings)) {
    return nullptr;
  }
  ApplyCompat(*predicate);
  const bool or_any = compat_.any_descriptor_has_address &&
                      predicate->op == ast::Operator::kExists &&
                      IsEitherAddress(*predicate->left);
  const bool or_none = IsDomain(*predicate->left) &&
                       predicate->op == ast::Operator::kNotEqual &&
                       predicate->modifier == ast::Modifier::kNone &&
                       predicate->right == nullptr;
  auto bound = std::make_shared<BoundExpr>();
  bound->kind = BoundExpr::Kind::kPredicate;
  bound->predicate = std::move(predicate);
  if (or_none) {
    return OrNoDomain(std::move(bound), catalog_, findings.diagnostics);
  }
  if (or_any) {
    return OrAnyDescriptor(std::move(bound), catalog_, findings.diagnostics);
  }
  return bound;
}

void Checker::ApplyCompat(Predicate& predicate) const {
  if (compat_.first_item_only && predicate.literals.size() > 1 &&
      ReadsFirstItemOnly(predicate)) {
    predicate.literals.resize(1);
  }
  if (compat_.numbers_are_text) {
    for (Literal& literal : predicate.literals) literal.is_number = false;
  }
}

bool Checker::CheckOperator(const ast::Comparison& comparison,
                            const Operand& left, Findings& findings) {
  if (TakesOperator(left, comparison.op)) return true;
  findings.diagnostics.Error(
      "bad-operator", comparison.op_range,
      absl::StrCat("`", left.text, "` is a ", TypeText(left.type),
                   " and does not take `", OperatorText(comparison.op), "`"),
      absl::StrCat("it takes ", absl::StrJoin(OperatorsOf(left), ", ")));
  return false;
}

bool Checker::BindRight(const ast::Comparison& comparison, Predicate& predicate,
                        Findings& findings) {
  if (const auto* literal = std::get_if<ast::Literal>(&comparison.right)) {
    return BindLiterals(absl::MakeConstSpan(literal, 1), predicate, findings);
  }
  if (const auto* list = std::get_if<ast::LiteralList>(&comparison.right)) {
    return BindLiterals(list->items, predicate, findings);
  }
  const auto* operand = std::get_if<ast::Operand>(&comparison.right);
  if (operand == nullptr) return true;  // exists
  predicate.right =
      BindRightSide(*operand, catalog_, findings.unknown, findings.diagnostics);
  if (predicate.right == nullptr) return false;
  const ValueType& left = predicate.left->type;
  if (!TakesRightField(comparison.op, left.type)) {
    findings.diagnostics.Error(
        "bad-right-side", comparison.op_range,
        absl::StrCat("`", OperatorText(comparison.op), "` on a ",
                     TypeText(left), " takes no field on the right"));
    return false;
  }
  if (!SameType(left, predicate.right->type)) {
    findings.diagnostics.Error(
        "type-mismatch", comparison.op_range,
        absl::StrCat("`", predicate.left->text, "` is a ", TypeText(left),
                     " and `", predicate.right->text, "` a ",
                     TypeText(predicate.right->type)),
        "both sides must have the same type");
    return false;
  }
  return true;
}

bool Checker::BindLiterals(absl::Span<const ast::Literal> literals,
                           Predicate& predicate, Findings& findings) {
  bool ok = true;
  predicate.literals.reserve(literals.size());
  for (const ast::Literal& literal : literals) {
    absl::StatusOr<Literal> bound = ParseLiteral(
        EventNameOf(literal, *predicate.left, findings), predicate.left->type,
        predicate.op, limits_.max_regex_bytes);
    if (!bound.ok()) {
      findings.diagnostics.Error(
          absl::IsResourceExhausted(bound.status()) ? "limit-exceeded"
                                                    : "bad-literal",
          literal.range, std::string(bound.status().message()));
      ok = false;
      continue;
    }
    if (IsEventType(*predicate.left) && !IsEventName(literal.text)) {
      const std::string nearest = NearestEventName(literal.text);
      ReportUnknown("unknown-event-type", literal.range,
                    absl::StrCat("unknown event type `", literal.text, "`"),
                    nearest.empty()
                        ? "`eyrie rules events` lists all event types"
                        : absl::StrCat("did you mean `", nearest, "`?"),
                    findings.unknown, findings.diagnostics);
      ok = false;
      continue;
    }
    WarnAboutLiteral(literal, predicate, findings);
    predicate.literals.push_back(*std::move(bound));
  }
  return ok;
}

absl::string_view Checker::EventNameOf(const ast::Literal& literal,
                                       const Operand& left,
                                       Findings& findings) {
  const absl::string_view event =
      IsEventType(left) ? EventOfAlias(literal.text) : absl::string_view();
  if (event.empty()) return literal.text;
  Diagnostic note;
  note.severity = Severity::kNote;
  note.code = "event-alias";
  note.range = literal.range;
  note.message = absl::StrCat("`", literal.text, "` stands for `", event,
                              "`, the event that tells of these calls");
  findings.diagnostics.Add(std::move(note));
  return event;
}

void Checker::WarnAboutLiteral(const ast::Literal& literal,
                               const Predicate& predicate, Findings& findings) {
  const Operand& left = *predicate.left;
  if (left.type.type != FieldType::kString &&
      left.type.type != FieldType::kPath) {
    return;
  }
  if (literal.text == "<NA>" && IsNeverNa(left)) {
    findings.diagnostics.Warning(
        "unsafe-na-check", literal.range,
        absl::StrCat("`", left.text,
                     "` never has the text `<NA>`: without a "
                     "value every comparison is false"),
        absl::StrCat("write `not ", left.text, " exists`"));
  }
  if (predicate.op == ast::Operator::kNotEqual && literal.text != "<NA>" &&
      MayBeNa(left)) {
    Diagnostic note;
    note.severity = Severity::kNote;
    note.code = "na-is-a-value";
    note.range = literal.range;
    note.message =
        absl::StrCat("`", left.text,
                     "` has the text `<NA>` for what it cannot name, so this "
                     "holds then, too");
    note.hint = absl::StrCat("add `and ", left.text,
                             " != \"<NA>\"` if that is not meant");
    findings.diagnostics.Add(std::move(note));
  }
  std::string dot_argument;
  if (!literal.quoted && absl::StrContains(literal.text, ".") &&
      catalog_.Find(literal.text, &dot_argument) != nullptr) {
    findings.diagnostics.Warning(
        "field-as-text", literal.range,
        absl::StrCat("`", literal.text,
                     "` is compared as a text, not as the field"),
        absl::StrCat("write `val(", literal.text,
                     ")` for the field's value, or put the text in quotes"));
  }
}

}  // namespace eyrie::rules

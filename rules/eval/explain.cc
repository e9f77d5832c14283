// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/explain.h"

#include <utility>
#include <variant>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "rules/eval/operand_values.h"
#include "rules/eval/reference.h"
#include "rules/output/value_text.h"

namespace eyrie::rules {
namespace {

// What the author wrote at `range`, in one line; empty if it has no place.
std::string WrittenText(const SourceRange& range) {
  if (range.file == nullptr || range.begin >= range.end) return "";
  const absl::string_view text =
      range.file->text().substr(range.begin, range.end - range.begin);
  return absl::StrJoin(
      absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " ");
}

// The operands of `written` if it is of the same form as `expr`; otherwise
// nulls.
std::vector<const ast::Expr*> WrittenOperands(const BoundExpr& expr,
                                              const ast::Expr* written) {
  std::vector<const ast::Expr*> operands;
  if (written != nullptr) {
    const auto add = [&operands](const std::vector<ast::ExprPtr>& all) {
      for (const ast::ExprPtr& operand : all) operands.push_back(operand.get());
    };
    if (const auto* both = std::get_if<ast::And>(&written->node);
        both != nullptr && expr.kind == BoundExpr::Kind::kAnd) {
      add(both->operands);
    } else if (const auto* either = std::get_if<ast::Or>(&written->node);
               either != nullptr && expr.kind == BoundExpr::Kind::kOr) {
      add(either->operands);
    } else if (const auto* negated = std::get_if<ast::Not>(&written->node);
               negated != nullptr && expr.kind == BoundExpr::Kind::kNot) {
      add({negated->operand});
    }
  }
  operands.resize(expr.operands.size(), nullptr);
  return operands;
}

class Explainer {
 public:
  Explainer(
      absl::FunctionRef<const ast::Expr*(absl::string_view name)> find_macro,
      const FieldSource& source)
      : find_macro_(find_macro), source_(source) {}

  Explanation Run(const BoundExpr& expr, const ast::Expr* written) {
    if (written != nullptr) {
      if (const auto* macro = std::get_if<ast::MacroRef>(&written->node)) {
        return RunMacro(expr, *macro, written->range);
      }
    }
    Explanation explanation;
    if (written != nullptr) explanation.range = written->range;
    if (expr.kind == BoundExpr::Kind::kPredicate) {
      ExplainComparison(*expr.predicate, written != nullptr, explanation);
      explanation.truth = EvaluateByReference(expr, source_);
      return explanation;
    }
    explanation.kind = expr.kind == BoundExpr::Kind::kNot  ? Kind::kNot
                       : expr.kind == BoundExpr::Kind::kOr ? Kind::kOr
                                                           : Kind::kAnd;
    explanation.truth =
        explanation.kind == Kind::kAnd ? Truth::kTrue : Truth::kFalse;
    const auto operands = WrittenOperands(expr, written);
    for (size_t i = 0; i < operands.size(); ++i) {
      explanation.operands.push_back(Run(*expr.operands[i], operands[i]));
      const Truth truth = explanation.operands.back().truth;
      explanation.truth = explanation.kind == Kind::kNot ? Negate(truth)
                          : explanation.kind == Kind::kAnd
                              ? Both(explanation.truth, truth)
                              : Either(explanation.truth, truth);
    }
    return explanation;
  }

 private:
  using Kind = Explanation::Kind;

  Explanation RunMacro(const BoundExpr& expr, const ast::MacroRef& macro,
                       const SourceRange& range) {
    Explanation explanation;
    explanation.kind = Kind::kMacro;
    explanation.text = macro.name;
    explanation.range = range;
    explanation.operands.push_back(Run(expr, find_macro_(macro.name)));
    explanation.truth = explanation.operands.back().truth;
    return explanation;
  }

  // What is not written as a comparison, as the value of an exception, is
  // printed as one.
  void ExplainComparison(const Predicate& predicate, bool is_written,
                         Explanation& explanation) {
    explanation.kind = Kind::kComparison;
    explanation.range = predicate.range;
    if (is_written) explanation.text = WrittenText(predicate.range);
    if (explanation.text.empty()) explanation.text = PrintPredicate(predicate);
    AddReadings(*predicate.left, explanation.readings);
    if (predicate.right != nullptr) {
      AddReadings(*predicate.right, explanation.readings);
    }
  }

  // What `operand` says, and what the fields within it say.
  void AddReadings(const Operand& operand,
                   std::vector<Explanation::Reading>& readings) {
    if (operand.kind == Operand::Kind::kText) return;
    if (operand.kind != Operand::Kind::kList) {
      Scratch scratch;
      const FieldValues values = ReadOperand(operand, source_, scratch);
      Explanation::Reading reading;
      reading.text = operand.text;
      reading.presence = values.presence;
      for (const Value& value : values.values) {
        reading.values.push_back(FormatValue(operand.type.type, value));
      }
      readings.push_back(std::move(reading));
    }
    for (const OperandPtr& argument : operand.arguments) {
      AddReadings(*argument, readings);
    }
  }

  const absl::FunctionRef<const ast::Expr*(absl::string_view name)> find_macro_;
  const FieldSource& source_;
};

}  // namespace

Explanation Explain(
    const BoundExpr& condition, const ast::Expr* written,
    absl::FunctionRef<const ast::Expr*(absl::string_view name)> find_macro,
    const FieldSource& source) {
  return Explainer(find_macro, source).Run(condition, written);
}

}  // namespace eyrie::rules

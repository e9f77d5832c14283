// SPDX-License-Identifier: Apache-2.0

#include "rules/resolve/exception_desugarer.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "rules/syntax/keywords.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {
namespace {

using ast::Comparison;
using ast::Expr;
using ast::ExprPtr;
using ast::Literal;
using ast::LiteralList;
using ast::Operand;

template <typename Node>
ExprPtr MakeExpr(Node node, SourceRange range) {
  return std::make_shared<const Expr>(Expr{std::move(node), std::move(range)});
}

bool IsOrder(ast::Operator op) {
  return op == ast::Operator::kLess || op == ast::Operator::kLessEqual ||
         op == ast::Operator::kGreater || op == ast::Operator::kGreaterEqual;
}

// A field with its operator: one column of an exception.
struct Column {
  Operand field;
  ComparisonOperator op;
  std::string op_text;
};

// Desugars one exception.
class Desugarer {
 public:
  Desugarer(const ExceptionDefinition& exception, ListExpander& lists,
            const ResolveLimits& limits, Diagnostics& diagnostics)
      : exception_(exception),
        lists_(lists),
        limits_(limits),
        diagnostics_(diagnostics) {}

  // Null if there was a mistake, or if there are no values.
  ExprPtr Desugar() {
    if (!ReadColumns() || exception_.values.empty()) return nullptr;
    return exception_.fields.is_list ? DesugarTuples() : DesugarValues();
  }

  bool failed() const { return failed_; }

 private:
  void Fail(SourceRange range, std::string message) {
    failed_ = true;
    diagnostics_.Error("bad-exception", std::move(range), std::move(message));
  }

  bool ReadColumns() {
    const RawValue& fields = exception_.fields;
    const RawValue& comps = exception_.comps;
    if (!fields.is_list) {
      ReadColumn(fields, comps);
      return !failed_ && CheckSingleOperator();
    }
    for (size_t i = 0; i < fields.items.size(); ++i) {
      ReadColumn(fields.items[i], comps.items[i]);
    }
    return !failed_;
  }

  void ReadColumn(const RawValue& field, const RawValue& comp) {
    std::optional<Operand> operand =
        ParseLeftSide(field.text, limits_.parser, diagnostics_);
    std::optional<ComparisonOperator> op =
        ParseOperator(comp.text, diagnostics_);
    if (!operand || !op) {
      failed_ = true;
      return;
    }
    if (op->op == ast::Operator::kExists) {
      Fail(comp.range, "'exists' takes no value, so it cannot stand here");
      return;
    }
    // A default operator has no place of its own.
    if (op->range.file == nullptr) op->range = field.range;
    columns_.push_back({std::move(*operand), std::move(*op), comp.text.text()});
  }

  bool CheckSingleOperator() {
    if (columns_[0].op.takes_list()) return true;
    Fail(exception_.comps.range,
         absl::StrCat("'", columns_[0].op_text,
                      "' takes one value, but a single field is compared with "
                      "all: use in, pmatch, intersects, or a modifier such as "
                      "'",
                      columns_[0].op_text, " anyof'"));
    return false;
  }

  ExprPtr DesugarValues() {
    LiteralList list;
    list.range = exception_.values[0].range;
    for (const RawValue& value : exception_.values) AddItem(value, list);
    if (failed_) return nullptr;
    return Compare(columns_[0], std::move(list), list.range);
  }

  ExprPtr DesugarTuples() {
    std::vector<ExprPtr> tuples;
    for (const RawValue& tuple : exception_.values) {
      ExprPtr expr = DesugarTuple(tuple);
      if (expr != nullptr) tuples.push_back(std::move(expr));
    }
    if (failed_) return nullptr;
    if (tuples.size() == 1) return tuples[0];
    return MakeExpr(ast::Or{std::move(tuples)}, exception_.values[0].range);
  }

  ExprPtr DesugarTuple(const RawValue& tuple) {
    if (!tuple.is_list || tuple.items.size() != columns_.size()) {
      Fail(tuple.range,
           absl::StrCat("each of the values must be a list of ",
                        columns_.size(), ", one for each field",
                        tuple.is_list
                            ? absl::StrCat("; this has ", tuple.items.size())
                            : ""));
      return nullptr;
    }
    std::vector<ExprPtr> comparisons;
    for (size_t i = 0; i < columns_.size(); ++i) {
      ExprPtr expr = DesugarElement(columns_[i], tuple.items[i]);
      if (expr != nullptr) comparisons.push_back(std::move(expr));
    }
    if (failed_) return nullptr;
    if (comparisons.size() == 1) return comparisons[0];
    return MakeExpr(ast::And{std::move(comparisons)}, tuple.range);
  }

  ExprPtr DesugarElement(const Column& column, const RawValue& value) {
    if (!value.is_list && IsRightField(value.text.text())) {
      std::optional<Operand> field =
          ParseRightField(value.text, limits_.parser, diagnostics_);
      if (!field) {
        failed_ = true;
        return nullptr;
      }
      return Compare(column, std::move(*field), value.range);
    }
    if (column.op.takes_list()) return DesugarListElement(column, value);
    if (value.is_list) {
      Fail(value.range, absl::StrCat("'", column.op_text,
                                     "' takes one value, this is a list"));
      return nullptr;
    }
    std::optional<Literal> literal = ReadLiteral(value);
    if (literal) literal = lists_.ExpandValue(*literal, diagnostics_);
    if (!literal) {
      failed_ = true;
      return nullptr;
    }
    if (IsOrder(column.op.op) && !IsNumber(literal->text)) {
      Fail(value.range,
           absl::StrCat("'", column.op_text, "' takes a number, not '",
                        literal->text, "'"));
      return nullptr;
    }
    return Compare(column, std::move(*literal), value.range);
  }

  ExprPtr DesugarListElement(const Column& column, const RawValue& value) {
    LiteralList list;
    list.range = value.range;
    if (value.is_list) {
      for (const RawValue& item : value.items) AddItem(item, list);
    } else if (absl::StartsWith(value.text.text(), "(")) {
      // The reference pastes the value into a condition: "(a, b)" is a list.
      const std::optional<LiteralList> parsed =
          ParseList(value.text, limits_.parser, diagnostics_);
      if (!parsed) failed_ = true;
      if (parsed) {
        for (const Literal& item : parsed->items) ExpandItem(item, list);
      }
    } else {
      AddItem(value, list);
    }
    if (failed_) return nullptr;
    return Compare(column, std::move(list), value.range);
  }

  void AddItem(const RawValue& value, LiteralList& list) {
    if (value.is_list) {
      Fail(value.range, "a text must stand here, this is a list");
      return;
    }
    const std::optional<Literal> literal = ReadLiteral(value);
    if (!literal) {
      failed_ = true;
      return;
    }
    ExpandItem(*literal, list);
  }

  void ExpandItem(const Literal& literal, LiteralList& list) {
    if (!lists_.ExpandItem(literal, list.items, diagnostics_)) failed_ = true;
  }

  std::optional<Literal> ReadLiteral(const RawValue& value) {
    return ParseValue(value.text, limits_.parser, diagnostics_);
  }

  ExprPtr Compare(const Column& column, ast::RightSide right,
                  SourceRange range) {
    Comparison comparison;
    comparison.left = column.field;
    comparison.op = column.op.op;
    comparison.modifier = column.op.modifier;
    comparison.op_range = column.op.range;
    comparison.right = std::move(right);
    return MakeExpr(std::move(comparison), std::move(range));
  }

  const ExceptionDefinition& exception_;
  ListExpander& lists_;
  const ResolveLimits& limits_;
  Diagnostics& diagnostics_;
  std::vector<Column> columns_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::vector<ExprPtr>> DesugarExceptions(
    const RuleDefinition& rule, ListExpander& lists,
    const ResolveLimits& limits, Diagnostics& diagnostics) {
  std::vector<ExprPtr> conditions;
  bool failed = false;
  for (const ExceptionDefinition& exception : rule.exceptions) {
    Desugarer desugarer(exception, lists, limits, diagnostics);
    ExprPtr condition = desugarer.Desugar();
    failed |= desugarer.failed();
    if (condition != nullptr) conditions.push_back(std::move(condition));
  }
  if (failed) return std::nullopt;
  return conditions;
}

}  // namespace eyrie::rules

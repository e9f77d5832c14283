// SPDX-License-Identifier: Apache-2.0

#include "rules/check/widening.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "rules/check/operand_binder.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {
namespace {

BoundExprPtr Combine(BoundExpr::Kind kind, std::vector<BoundExprPtr> operands) {
  auto expr = std::make_shared<BoundExpr>();
  expr->kind = kind;
  expr->operands = std::move(operands);
  return expr;
}

BoundExprPtr Exists(OperandPtr operand, const SourceRange& range) {
  auto predicate = std::make_shared<Predicate>();
  predicate->left = std::move(operand);
  predicate->op = ast::Operator::kExists;
  predicate->range = range;
  auto expr = std::make_shared<BoundExpr>();
  expr->kind = BoundExpr::Kind::kPredicate;
  expr->predicate = std::move(predicate);
  return expr;
}

OperandPtr BindField(absl::string_view name, const SourceRange& range,
                     const Catalog& catalog, Diagnostics& diagnostics) {
  ast::FieldRef field;
  field.name = std::string(name);
  field.range = range;
  return BindOperand(field, catalog, UnknownNames::kError, diagnostics);
}

}  // namespace

BoundExprPtr OrAnyDescriptor(BoundExprPtr exists, const Catalog& catalog,
                             Diagnostics& diagnostics) {
  const SourceRange& range = exists->predicate->range;
  OperandPtr type = BindField("fd.type", range, catalog, diagnostics);
  if (type == nullptr) return nullptr;
  BoundExprPtr has_type = Exists(std::move(type), range);
  return Combine(BoundExpr::Kind::kOr,
                 {std::move(exists), std::move(has_type)});
}

BoundExprPtr OrNoDomain(BoundExprPtr differs, const Catalog& catalog,
                        Diagnostics& diagnostics) {
  const SourceRange& range = differs->predicate->range;
  const OperandPtr& domain = differs->predicate->left;
  OperandPtr address =
      BindField(absl::StripSuffix(domain->use.field->name, ".name"), range,
                catalog, diagnostics);
  if (address == nullptr) return nullptr;
  BoundExprPtr no_name =
      Combine(BoundExpr::Kind::kNot, {Exists(domain, range)});
  BoundExprPtr unnamed =
      Combine(BoundExpr::Kind::kAnd,
              {Exists(std::move(address), range), std::move(no_name)});
  return Combine(BoundExpr::Kind::kOr,
                 {std::move(differs), std::move(unnamed)});
}

}  // namespace eyrie::rules

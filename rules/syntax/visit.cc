// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/visit.h"

namespace eyrie::rules {
namespace {

using ast::And;
using ast::Expr;
using ast::ExprPtr;
using ast::Not;
using ast::Or;

// The operands of And and Or; null for others.
const std::vector<ExprPtr>* Operands(const Expr& expr) {
  if (const auto* all = std::get_if<And>(&expr.node)) return &all->operands;
  if (const auto* any = std::get_if<Or>(&expr.node)) return &any->operands;
  return nullptr;
}

bool VisitAt(const Expr& expr, size_t depth, size_t max_depth,
             absl::FunctionRef<bool(const Expr&, size_t)> visit) {
  if (depth > max_depth) return false;
  if (!visit(expr, depth)) return true;
  bool complete = true;
  if (const std::vector<ExprPtr>* operands = Operands(expr)) {
    for (const ExprPtr& operand : *operands) {
      complete &= VisitAt(*operand, depth + 1, max_depth, visit);
    }
  } else if (const auto* negation = std::get_if<Not>(&expr.node)) {
    complete = VisitAt(*negation->operand, depth + 1, max_depth, visit);
  }
  return complete;
}

using Replace = absl::FunctionRef<ExprPtr(const ExprPtr&, size_t)>;

ExprPtr ReplaceAt(const ExprPtr& expr, size_t depth, size_t max_depth,
                  Replace replace);

ExprPtr ReplaceOperands(const ExprPtr& expr,
                        const std::vector<ExprPtr>& operands, size_t depth,
                        size_t max_depth, Replace replace) {
  std::vector<ExprPtr> replaced;
  replaced.reserve(operands.size());
  bool complete = true;
  bool changed = false;
  for (const ExprPtr& operand : operands) {
    replaced.push_back(ReplaceAt(operand, depth + 1, max_depth, replace));
    complete &= replaced.back() != nullptr;
    changed |= replaced.back() != operand;
  }
  if (!complete) return nullptr;
  if (!changed) return expr;
  if (std::holds_alternative<And>(expr->node)) {
    return std::make_shared<const Expr>(
        Expr{And{std::move(replaced)}, expr->range});
  }
  return std::make_shared<const Expr>(
      Expr{Or{std::move(replaced)}, expr->range});
}

ExprPtr ReplaceAt(const ExprPtr& expr, size_t depth, size_t max_depth,
                  Replace replace) {
  if (depth > max_depth) return nullptr;
  if (const std::vector<ExprPtr>* operands = Operands(*expr)) {
    return ReplaceOperands(expr, *operands, depth, max_depth, replace);
  }
  if (const auto* negation = std::get_if<Not>(&expr->node)) {
    ExprPtr operand =
        ReplaceAt(negation->operand, depth + 1, max_depth, replace);
    if (operand == nullptr || operand == negation->operand) {
      return operand == nullptr ? nullptr : expr;
    }
    return std::make_shared<const Expr>(
        Expr{Not{std::move(operand)}, expr->range});
  }
  return replace(expr, depth);
}

size_t CountLiterals(const ast::RightSide& right) {
  if (const auto* list = std::get_if<ast::LiteralList>(&right)) {
    return list->items.size();
  }
  return std::holds_alternative<std::monostate>(right) ? 0 : 1;
}

}  // namespace

bool VisitExpr(const Expr& expr,
               absl::FunctionRef<bool(const Expr&, size_t depth)> visit,
               size_t max_depth) {
  return VisitAt(expr, 1, max_depth, visit);
}

ExprPtr ReplaceLeaves(const ExprPtr& expr, Replace replace, size_t max_depth) {
  return ReplaceAt(expr, 1, max_depth, replace);
}

void VisitFields(const ast::Operand& operand,
                 absl::FunctionRef<void(const ast::FieldRef&)> visit) {
  if (const auto* field = std::get_if<ast::FieldRef>(&operand)) {
    visit(*field);
    return;
  }
  const std::vector<ast::Operand>* arguments = nullptr;
  if (const auto* call =
          std::get_if<std::shared_ptr<const ast::TransformCall>>(&operand)) {
    arguments = &(*call)->arguments;
  } else if (const auto* list =
                 std::get_if<std::shared_ptr<const ast::OperandList>>(
                     &operand)) {
    arguments = &(*list)->items;
  }
  if (arguments == nullptr) return;
  for (const ast::Operand& argument : *arguments) VisitFields(argument, visit);
}

TreeSize MeasureTree(const Expr& expr) {
  TreeSize size;
  VisitExpr(expr, [&size](const Expr& node, size_t depth) {
    ++size.nodes;
    size.depth = std::max(size.depth, depth);
    if (const auto* comparison = std::get_if<ast::Comparison>(&node.node)) {
      size.nodes += CountLiterals(comparison->right);
    }
    return true;
  });
  return size;
}

}  // namespace eyrie::rules

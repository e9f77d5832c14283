// SPDX-License-Identifier: Apache-2.0
//
// The one way to walk a condition's tree.

#ifndef EYRIE_RULES_SYNTAX_VISIT_H_
#define EYRIE_RULES_SYNTAX_VISIT_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"

#include "rules/syntax/ast.h"

namespace eyrie::rules {

// Nothing recurses deeper than this into a tree, whoever made it: the resolver
// refuses deeper ones. It bounds the use of stack.
inline constexpr size_t kMaxTreeDepth = 1024;

// Calls `visit` for `expr` and all below it, parents first, left to right, with
// the depth from 1. Not below nodes for which it returns false.
//
// Returns whether all was reached: false if the tree is deeper than
// `max_depth`, whose deeper parts are then left out.
bool VisitExpr(const ast::Expr& expr,
               absl::FunctionRef<bool(const ast::Expr&, size_t depth)> visit,
               size_t max_depth = kMaxTreeDepth);

// Builds a tree in which each comparison and macro is replaced by what
// `replace` makes of it; the rest is kept, and shared where nothing changed.
// Null if `replace` returned null once, or if the tree is deeper than
// `max_depth`; all leaves are tried all the same, so that each can report.
ast::ExprPtr ReplaceLeaves(
    const ast::ExprPtr& expr,
    absl::FunctionRef<ast::ExprPtr(const ast::ExprPtr&, size_t depth)> replace,
    size_t max_depth = kMaxTreeDepth);

// Calls `visit` for each field below `operand`, in transformers too.
void VisitFields(const ast::Operand& operand,
                 absl::FunctionRef<void(const ast::FieldRef&)> visit);

// How big a tree is. A shared subtree counts as often as it is used.
struct TreeSize {
  size_t nodes = 0;  // nodes and literals
  size_t depth = 0;
};
TreeSize MeasureTree(const ast::Expr& expr);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_VISIT_H_

// SPDX-License-Identifier: Apache-2.0
//
// Says why a condition holds for an event, or does not.

#ifndef EYRIE_RULES_EVAL_EXPLAIN_H_
#define EYRIE_RULES_EVAL_EXPLAIN_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/eval/field_source.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// What a part of a condition came to, with its parts. The tree is the
// condition's as it is written, macros in it.
struct Explanation {
  enum class Kind { kAnd, kOr, kNot, kMacro, kComparison };
  // What a field or a transformer said.
  struct Reading {
    std::string text;  // as written: "proc.aname[2]", "tolower(proc.name)"
    Presence presence = Presence::kAbsent;
    std::vector<std::string> values;
  };

  Kind kind = Kind::kComparison;
  Truth truth = Truth::kFalse;
  // The name of a macro; a comparison as its author wrote it, in one line.
  std::string text;
  // Where the author wrote it; of a macro, where the condition names it.
  SourceRange range;
  std::vector<Reading> readings;      // of a comparison, left side first
  std::vector<Explanation> operands;  // of all but comparisons
};

// Explains `condition` over `source`, by walking the whole tree: the same truth
// as EvaluateByReference() gives.
//
// `written` is the tree that `condition` was resolved from, where it names its
// macros; `find_macro` gives the tree of a macro, or null. What has no written
// tree, such as an exception, is printed as the checker understood it, and its
// macros are not told apart.
Explanation Explain(
    const BoundExpr& condition, const ast::Expr* written,
    absl::FunctionRef<const ast::Expr*(absl::string_view name)> find_macro,
    const FieldSource& source);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_EXPLAIN_H_

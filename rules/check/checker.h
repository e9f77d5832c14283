// SPDX-License-Identifier: Apache-2.0
//
// Stage 6 of the rule engine: binds and types resolved conditions.

#ifndef EYRIE_RULES_CHECK_CHECKER_H_
#define EYRIE_RULES_CHECK_CHECKER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/check/field_operands.h"
#include "rules/check/operand_binder.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

struct CheckLimits {
  // Memory RE2 may use per regex, in bytes.
  int64_t max_regex_bytes = 1 << 20;
};

// Checks the conditions of one rule set. Trees that rules share are checked
// once, and a mistake in one is reported once.
//
// Not thread-safe.
class Checker {
 public:
  // Borrows `catalog`. Of `compat` it settles what comparisons mean; fields
  // mean what the catalogue says (check/reference_catalog.h).
  Checker(const Catalog& catalog, const CheckLimits& limits,
          const Compat& compat = {})
      : catalog_(catalog), limits_(limits), compat_(compat), fields_(catalog) {}

  // Operands of the catalogue's fields, for outputs to share.
  FieldOperands& fields() { return fields_; }

  // Checks one condition. Null if it has a mistake, which is reported.
  //
  // With UnknownNames::kSkip names that are not known are warnings, but the
  // result is null all the same.
  //
  // REQUIRES: `condition` lives until the last call.
  BoundExprPtr Check(const ast::ExprPtr& condition, UnknownNames unknown,
                     Diagnostics& diagnostics);

 private:
  struct Findings {
    UnknownNames unknown;
    Diagnostics diagnostics;
  };

  BoundExprPtr CheckExpr(const ast::Expr& expr, Findings& findings);
  BoundExprPtr CheckAll(const std::vector<ast::ExprPtr>& operands,
                        BoundExpr::Kind kind, Findings& findings);
  OperandPtr BindLeft(const ast::Operand& left, Findings& findings);
  BoundExprPtr CheckComparison(const ast::Comparison& comparison,
                               const SourceRange& range, Findings& findings);
  bool CheckOperator(const ast::Comparison& comparison, const Operand& left,
                     Findings& findings);
  bool BindRight(const ast::Comparison& comparison, Predicate& predicate,
                 Findings& findings);
  bool BindLiterals(absl::Span<const ast::Literal> literals,
                    Predicate& predicate, Findings& findings);
  void ApplyCompat(Predicate& predicate) const;
  // The text of `literal`; compared with evt.type, the event that tells of what
  // it names, with a note if that is called otherwise.
  absl::string_view EventNameOf(const ast::Literal& literal,
                                const Operand& left, Findings& findings);
  void WarnAboutLiteral(const ast::Literal& literal, const Predicate& predicate,
                        Findings& findings);
  void Report(const Diagnostics& found, Diagnostics& diagnostics);

  const Catalog& catalog_;
  const CheckLimits limits_;
  const Compat compat_;
  FieldOperands fields_;
  // Trees without mistakes. A tree with one is checked again for each rule:
  // what it means depends on the rule.
  absl::flat_hash_map<const ast::Expr*, BoundExprPtr> checked_;
  // Code and place of what has been reported.
  absl::flat_hash_set<std::string> reported_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_CHECKER_H_

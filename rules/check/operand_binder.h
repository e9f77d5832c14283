// SPDX-License-Identifier: Apache-2.0
//
// Binds the sides of comparisons: fields to the catalogue, transformers to
// their types.

#ifndef EYRIE_RULES_CHECK_OPERAND_BINDER_H_
#define EYRIE_RULES_CHECK_OPERAND_BINDER_H_

#include <string>

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"
#include "rules/diagnostics.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// What becomes of a rule with a name that is not known.
enum class UnknownNames {
  kError,
  kSkip,  // a warning: the rule says `skip-if-unknown-filter`
};

// Reports a name that is not known, as `unknown` says.
void ReportUnknown(absl::string_view code, const SourceRange& range,
                   std::string message, std::string hint, UnknownNames unknown,
                   Diagnostics& diagnostics);

// Binds the left side of a comparison, or an argument of a transformer. Null if
// it has a mistake, which is reported.
OperandPtr BindOperand(const ast::Operand& operand, const Catalog& catalog,
                       UnknownNames unknown, Diagnostics& diagnostics);

// Binds `val(field)` or a transformer on the right. Null if it has a mistake.
OperandPtr BindRightSide(const ast::Operand& operand, const Catalog& catalog,
                         UnknownNames unknown, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_OPERAND_BINDER_H_

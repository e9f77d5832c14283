// SPDX-License-Identifier: Apache-2.0
//
// The meaning of conditions, said as plainly as possible: the oracle that the
// compiled evaluator is tested against.

#ifndef EYRIE_RULES_EVAL_REFERENCE_H_
#define EYRIE_RULES_EVAL_REFERENCE_H_

#include "rules/check/bound_expr.h"
#include "rules/check/types.h"
#include "rules/eval/field_source.h"

namespace eyrie::rules {

// Three-valued logic: false < unknown < true.
constexpr Truth Both(Truth a, Truth b) {
  return a == Truth::kFalse || b == Truth::kFalse       ? Truth::kFalse
         : a == Truth::kUnknown || b == Truth::kUnknown ? Truth::kUnknown
                                                        : Truth::kTrue;
}
constexpr Truth Either(Truth a, Truth b) {
  return Negate(Both(Negate(a), Negate(b)));
}

// The truth of `expr` over the fields of `source`, by walking the tree. Slow,
// shares nothing with the evaluator but the transformers.
Truth EvaluateByReference(const BoundExpr& expr, const FieldSource& source);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_REFERENCE_H_

// SPDX-License-Identifier: Apache-2.0
//
// Computes transformers.

#ifndef EYRIE_RULES_EVAL_TRANSFORM_H_
#define EYRIE_RULES_EVAL_TRANSFORM_H_

#include "absl/types/span.h"

#include "rules/check/bound_expr.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"

namespace eyrie::rules {

// Puts the values of `operand`, a literal, a list or a transformer, into `out`,
// given the values of its arguments, in order (rule language, sections 8 and
// 16). Absent if an argument is, else unknown if an argument is. Strings stand
// in `scratch`, in `operand` or where the arguments' strings stand.
//
// A scalar argument with two values (a file's two names) gives a result with
// two: `concat` and `join` take the first with the first and the second with
// the second.
//
// REQUIRES: operand.kind is not kField; one argument for each of the operand's.
void Transform(const Operand& operand,
               absl::Span<const FieldValues* const> arguments, Scratch& scratch,
               FieldValues& out);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_TRANSFORM_H_

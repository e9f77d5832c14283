// SPDX-License-Identifier: Apache-2.0
//
// Reads a side of a comparison, one value after the other.

#ifndef EYRIE_RULES_EVAL_OPERAND_VALUES_H_
#define EYRIE_RULES_EVAL_OPERAND_VALUES_H_

#include "rules/check/bound_expr.h"
#include "rules/check/value.h"
#include "rules/eval/field_source.h"
#include "rules/fields/event.h"

namespace eyrie::rules {

// The values of `operand`: of a field, what the source has; of a transformer,
// what it makes of its arguments. Strings are borrowed from the source or stand
// in `scratch`. The evaluator has a faster way.
FieldValues ReadOperand(const Operand& operand, const FieldSource& source,
                        Scratch& scratch);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_OPERAND_VALUES_H_

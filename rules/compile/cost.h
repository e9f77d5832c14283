// SPDX-License-Identifier: Apache-2.0
//
// Guesses what comparisons cost, so that cheap ones come first.

#ifndef EYRIE_RULES_COMPILE_COST_H_
#define EYRIE_RULES_COMPILE_COST_H_

#include "rules/check/bound_expr.h"

namespace eyrie::rules {

// Relative cost of computing an operand, and of a whole comparison. About 1 for
// each 10 ns; only their order matters, and only for speed.
int OperandCost(const Operand& operand);
int PredicateCost(const Predicate& predicate);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_COST_H_

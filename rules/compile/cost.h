// SPDX-License-Identifier: Apache-2.0
//
// Guesses what comparisons cost and how they end, so that the cheapest that
// decides comes first.

#ifndef EYRIE_RULES_COMPILE_COST_H_
#define EYRIE_RULES_COMPILE_COST_H_

#include "absl/types/span.h"

#include "rules/check/bound_expr.h"

namespace eyrie::rules {

// What evaluating a condition costs, about 1 for each 10 ns, and how probable
// it is that it holds. Only speed depends on it.
struct Estimate {
  double cost = 0;
  double truth = 0;
};

// What reading an operand costs, in the unit of Estimate::cost.
double EstimateOperand(const Operand& operand);

Estimate EstimatePredicate(const Predicate& predicate);

// Of `and` (or of `or`, if not is_and) over operands in the given order, where
// what decides ends it.
Estimate EstimateBranches(absl::Span<const Estimate> operands, bool is_and);

// Whether `a` should be tried before `b`: which decides more for its cost.
bool ComesFirst(const Estimate& a, const Estimate& b, bool is_and);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_COST_H_

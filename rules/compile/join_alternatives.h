// SPDX-License-Identifier: Apache-2.0
//
// Makes one comparison of those that search one operand for different texts.

#ifndef EYRIE_RULES_COMPILE_JOIN_ALTERNATIVES_H_
#define EYRIE_RULES_COMPILE_JOIN_ALTERNATIVES_H_

#include <vector>

#include "rules/check/bound_expr.h"

namespace eyrie::rules {

// Joins operands of an `or`: `x contains a or x contains b` becomes
// `x contains anyof (a, b)`, in the place of the first. The same for icontains,
// startswith, endswith, glob and iglob. Whether one of several comparisons
// holds takes a loop over literals then, not a walk over nodes.
//
// The truth of the `or` stays the same, unknown included. Regular expressions
// and sets of equal values are left alone.
//
// Thread safety: a pure function.
std::vector<BoundExprPtr> JoinAlternatives(std::vector<BoundExprPtr> operands);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_JOIN_ALTERNATIVES_H_

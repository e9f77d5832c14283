// SPDX-License-Identifier: Apache-2.0
//
// Bounds on how far macros and lists may unfold.

#ifndef EYRIE_RULES_RESOLVE_RESOLVE_LIMITS_H_
#define EYRIE_RULES_RESOLVE_RESOLVE_LIMITS_H_

#include <cstddef>

#include "rules/syntax/parser_limits.h"
#include "rules/syntax/visit.h"

namespace eyrie::rules {

// Beyond them a condition is refused with `limit-exceeded`: macros that use
// macros, and lists that use lists, grow exponentially.
struct ResolveLimits {
  // For each condition as written.
  ParserLimits parser;
  // Nodes and literals of one condition after all is unfolded; shared subtrees
  // count as often as they are used. The largest official rule has 248 leaves.
  size_t max_nodes = 100'000;
  // Macros in macros, and lists in lists, as far as they are not unfolded yet
  // when they are met: those that are used before they are defined. Bounds
  // recursion, together with max_depth.
  size_t max_chain = 256;
  // Depth of one unfolded condition, counting each and, or, not. Later stages
  // recurse that deep; such a stack fits a thread, under AddressSanitizer too.
  // Official rules are 14 deep.
  size_t max_depth = 1000;
  // Nodes and literals of all conditions together: a long list that every rule
  // names. Bounds memory to some hundred megabytes.
  size_t max_total_nodes = 5'000'000;
};

// Exceptions add a few levels on top.
static_assert(ResolveLimits().max_depth + 8 <= kMaxTreeDepth);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RESOLVE_RESOLVE_LIMITS_H_

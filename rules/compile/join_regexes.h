// SPDX-License-Identifier: Apache-2.0
//
// Makes sets of the regular expressions that one operand is compared with.

#ifndef EYRIE_RULES_COMPILE_JOIN_REGEXES_H_
#define EYRIE_RULES_COMPILE_JOIN_REGEXES_H_

#include <cstddef>

#include "rules/compile/program.h"

namespace eyrie::rules {

// Fewer expressions than this are asked singly: a set takes as long as one.
inline constexpr size_t kMinRegexes = 2;
// Instructions of the expressions of one set. A new state of its automaton may
// take as many steps, so that a value no state fits costs what it costs to ask
// the expressions singly. Fifty expressions of ordinary size have as many.
inline constexpr int kMaxSetInstructions = 4096;

// Gives each comparison by `regex` the set that it belongs to, if it has one:
// sets of the comparisons of each operand, in their order. Adds the sets to
// `program`. Comparisons stay alone where they are few, too large, or where a
// set needs more memory than RegexSet::kMaxBytes.
void JoinRegexes(RuleProgram& program);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_JOIN_REGEXES_H_

// SPDX-License-Identifier: Apache-2.0
//
// Bounds on one condition.

#ifndef EYRIE_RULES_SYNTAX_PARSER_LIMITS_H_
#define EYRIE_RULES_SYNTAX_PARSER_LIMITS_H_

#include <cstddef>

namespace eyrie::rules {

// Beyond them a condition is refused with `limit-exceeded`.
struct ParserLimits {
  // How deep parentheses and transformers may nest. The reference counts steps
  // of its own recursion instead and gives up at 199 parentheses or 250 `not(`;
  // this accepts what it accepts, and keeps recursion over the tree bounded.
  size_t max_depth = 256;
  // Nodes and literals of the tree.
  size_t max_nodes = 100'000;
  // Bytes of one literal. The reference stops at 255; command lines and
  // patterns are longer at times, but not by this much.
  size_t max_literal_bytes = 4096;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_PARSER_LIMITS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Bounds on rule files.

#ifndef EYRIE_RULES_READER_READ_LIMITS_H_
#define EYRIE_RULES_READER_READ_LIMITS_H_

#include <cstddef>

namespace eyrie::rules {

// Beyond them a file is refused with `limit-exceeded`.
struct ReadLimits {
  // One file, and all together. The largest public rule set is under 400 KiB.
  size_t max_bytes = 8 << 20;
  // How deep YAML may nest. Tuples of exceptions are 7 deep; the parser's
  // recursion stays far from the end of a thread's stack.
  size_t max_yaml_depth = 32;
  // How many more '[' and '{' a file may open than it closes, in texts, too.
  // The parser remembers all that are open before it reports the first.
  size_t max_open_brackets = 10'000;
  // YAML nodes of one file; what an alias stands for counts each time. Bounds
  // memory to some hundred bytes each.
  size_t max_yaml_nodes = 500'000;
  // YAML documents of one file.
  size_t max_documents = 1000;
  // Lists, macros and rules of all files together.
  size_t max_items = 30'000;
  size_t max_rules = 10'000;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_READ_LIMITS_H_

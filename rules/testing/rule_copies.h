// SPDX-License-Identifier: Apache-2.0
//
// Rule sets of any size, made of real rules.

#ifndef EYRIE_RULES_TESTING_RULE_COPIES_H_
#define EYRIE_RULES_TESTING_RULE_COPIES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rules/source.h"

namespace eyrie::rules {

// A rule file with `count` rules for events of the kernel: those of `files`,
// and then copies of them with fresh literals. `/etc/shadow` becomes
// `/etc/shadow~1` in the first copies, and so on; what has few values (event
// types, numbers, addresses, kinds of descriptors) and regular expressions
// stay. Macros, lists and exceptions are put into the conditions.
//
// Empty if `files` have mistakes or no rules.
std::string CopyRules(
    const std::vector<std::shared_ptr<const SourceFile>>& files, size_t count);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_TESTING_RULE_COPIES_H_

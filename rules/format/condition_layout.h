// SPDX-License-Identifier: Apache-2.0
//
// Lays out conditions in lines.

#ifndef EYRIE_RULES_FORMAT_CONDITION_LAYOUT_H_
#define EYRIE_RULES_FORMAT_CONDITION_LAYOUT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Whether conditions `a` and `b` say the same, white space aside. Also for
// what is appended to a condition, which begins with `and` or `or`. False if
// one of them has a mistake, unless they are equal.
bool IsSameCondition(const std::string& a, const std::string& b);

// `condition` in lines of at most `width` columns where that can be:
//
//   evt.type in (open, openat)
//   and (
//     fd.name startswith /etc
//     or fd.name in (
//       /root/.ssh/authorized_keys, /root/.bashrc,
//       /root/.profile
//     )
//   )
//
// Each operand of `and` and `or` gets a line of its own; one that is too long
// is opened at its longest parenthesis, two columns further in, where what fits
// in a line stays in one; lists are filled. Nothing but white space changes.
//
// Nothing if the condition has a mistake, or a text with a line end inside.
std::optional<std::vector<std::string>> LayOutCondition(
    const std::string& condition, size_t width);

// The same in one line, however long.
std::optional<std::string> JoinCondition(const std::string& condition);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FORMAT_CONDITION_LAYOUT_H_

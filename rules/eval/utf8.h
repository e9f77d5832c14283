// SPDX-License-Identifier: Apache-2.0
//
// Makes bytes valid UTF-8, which is all that RE2 matches.

#ifndef EYRIE_RULES_EVAL_UTF8_H_
#define EYRIE_RULES_EVAL_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

bool IsValidUtf8(absl::string_view text);

// Copies `text` to `out`, which has room for three times its size, with U+FFFD
// in place of each byte that belongs to no valid character. Returns how many
// bytes it wrote.
size_t CopyValidUtf8(absl::string_view text, char* out);

// The same as a string.
std::string ToValidUtf8(absl::string_view text);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_UTF8_H_

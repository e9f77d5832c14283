// SPDX-License-Identifier: Apache-2.0
//
// Text from the world outside as one harmless line.

#ifndef EYRIE_RULES_OUTPUT_SINGLE_LINE_H_
#define EYRIE_RULES_OUTPUT_SINGLE_LINE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Makes `text` one line of valid UTF-8 that a terminal cannot be commanded by:
// invalid bytes become U+FFFD, control characters are escaped ("\n", "\t",
// "\r", "\x1b", "\u009b"), and so are the characters that change the direction
// of text or break lines (U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069).
// Backslashes stay as they are: this is for reading, not for parsing.
std::string ToSingleLine(absl::string_view text);

// The longest beginning of valid UTF-8 `text` of at most `max_bytes` bytes that
// does not cut a character.
absl::string_view CutUtf8(absl::string_view text, size_t max_bytes);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_OUTPUT_SINGLE_LINE_H_

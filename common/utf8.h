// SPDX-License-Identifier: Apache-2.0
//
// Valid UTF-8: all that proto3 strings, RE2 and OpenMetrics take.

#ifndef EYRIE_COMMON_UTF8_H_
#define EYRIE_COMMON_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace eyrie {

// Bytes of the character that `text` begins with; 0 if there is none that is
// valid (Unicode 15, table 3-7). REQUIRES: `text` is not empty.
size_t Utf8CharacterSize(absl::string_view text);

bool IsValidUtf8(absl::string_view text);

// Copies `text` to `out`, which has room for three times its size, with U+FFFD
// in place of each byte that belongs to no valid character. Returns how many
// bytes it wrote.
size_t CopyValidUtf8(absl::string_view text, char* out);

// The same as a string.
std::string ToValidUtf8(absl::string_view text);

}  // namespace eyrie

#endif  // EYRIE_COMMON_UTF8_H_

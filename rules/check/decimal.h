// SPDX-License-Identifier: Apache-2.0
//
// Tells whether a string is a number, for orderings of strings that hold one.

#ifndef EYRIE_RULES_CHECK_DECIMAL_H_
#define EYRIE_RULES_CHECK_DECIMAL_H_

#include <charconv>
#include <cstdint>
#include <system_error>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Reads all of `text` as a decimal integer with an optional minus sign. False
// if it is none or does not fit into 64 bits.
inline bool ReadDecimal(absl::string_view text, int64_t* number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, *number);
  return !text.empty() && error == std::errc() && rest == end;
}

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_DECIMAL_H_

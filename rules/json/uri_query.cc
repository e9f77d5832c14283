// SPDX-License-Identifier: Apache-2.0

#include "rules/json/uri_query.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace eyrie::rules {
namespace {

int DigitOf(char c) {
  return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
}

// Borrowed if there is nothing to decode.
absl::string_view Decode(absl::string_view text, Scratch& scratch) {
  if (text.find_first_of("%+") == absl::string_view::npos) return text;
  char* const bytes = scratch.Allocate(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+') {
      c = ' ';
    } else if (c == '%' && i + 2 < text.size() &&
               absl::ascii_isxdigit(text[i + 1]) &&
               absl::ascii_isxdigit(text[i + 2])) {
      c = static_cast<char>(DigitOf(text[i + 1]) * 16 + DigitOf(text[i + 2]));
      i += 2;
    }
    bytes[size++] = c;
  }
  return absl::string_view(bytes, size);
}

}  // namespace

std::optional<absl::string_view> QueryValue(absl::string_view uri,
                                            absl::string_view name,
                                            Scratch& scratch) {
  uri = uri.substr(0, uri.find('#'));
  const size_t question = uri.find('?');
  if (question == absl::string_view::npos) return std::nullopt;
  for (const absl::string_view pair :
       absl::StrSplit(uri.substr(question + 1), '&', absl::SkipEmpty())) {
    const size_t equals = std::min(pair.find('='), pair.size());
    if (Decode(pair.substr(0, equals), scratch) != name) continue;
    return Decode(pair.substr(std::min(equals + 1, pair.size())), scratch);
  }
  return std::nullopt;
}

}  // namespace eyrie::rules

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

// Calls `visit` with each value of the parameter until it returns false.
template <typename Visit>
void ForEachValue(absl::string_view uri, absl::string_view name,
                  Scratch& scratch, const Visit& visit) {
  uri = uri.substr(0, uri.find('#'));
  const size_t question = uri.find('?');
  if (question == absl::string_view::npos) return;
  for (const absl::string_view pair :
       absl::StrSplit(uri.substr(question + 1), '&', absl::SkipEmpty())) {
    const size_t equals = std::min(pair.find('='), pair.size());
    if (Decode(pair.substr(0, equals), scratch) != name) continue;
    if (!visit(
            Decode(pair.substr(std::min(equals + 1, pair.size())), scratch))) {
      return;
    }
  }
}

}  // namespace

std::optional<absl::string_view> QueryValue(absl::string_view uri,
                                            absl::string_view name,
                                            Scratch& scratch) {
  std::optional<absl::string_view> first;
  ForEachValue(uri, name, scratch, [&first](absl::string_view value) {
    first = value;
    return false;
  });
  return first;
}

std::vector<absl::string_view> QueryValues(absl::string_view uri,
                                           absl::string_view name,
                                           Scratch& scratch) {
  std::vector<absl::string_view> values;
  ForEachValue(uri, name, scratch, [&values](absl::string_view value) {
    values.push_back(value);
    return true;
  });
  return values;
}

}  // namespace eyrie::rules

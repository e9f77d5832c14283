// SPDX-License-Identifier: Apache-2.0

#include "rules/output/single_line.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "common/utf8.h"

namespace eyrie::rules {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

// The character at the start of valid UTF-8 `text`, and its length.
char32_t Decode(absl::string_view text, size_t* length) {
  const auto lead = static_cast<uint8_t>(text[0]);
  *length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (*length == 1) return lead;
  char32_t character = lead & (0xff >> (*length + 1));
  for (size_t i = 1; i < *length; ++i) {
    character = character << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  }
  return character;
}

bool IsHarmful(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

std::string Escape(char32_t c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto code = static_cast<uint32_t>(c);
  return code < 0x80 ? absl::StrFormat("\\x%02x", code)
                     : absl::StrFormat("\\u%04x", code);
}

// Whether ToSingleLine() would return `text` itself: nearly always.
bool IsPlain(absl::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c == 0x7f) return false;  // also bytes above 0x7f
  }
  return true;
}

}  // namespace

std::string ToSingleLine(absl::string_view text) {
  if (IsPlain(text)) return std::string(text);
  const std::string valid = ToValidUtf8(text);
  absl::string_view rest = valid;
  std::string line;
  line.reserve(valid.size());
  while (!rest.empty()) {
    size_t length = 0;
    const char32_t character = Decode(rest, &length);
    if (IsHarmful(character)) {
      line += Escape(character);
    } else {
      line.append(rest.data(), length);
    }
    rest.remove_prefix(length);
  }
  return line;
}

absl::string_view CutUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && IsContinuation(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace eyrie::rules

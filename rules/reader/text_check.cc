// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/text_check.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eyrie::rules {
namespace {

// Length of the UTF-8 sequence at `at`, 0 if there is none: overlong forms,
// surrogates and codes beyond Unicode are none.
size_t SequenceLength(absl::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> uint8_t {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0;
  };
  const auto is_tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return is_tail(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) >= 0xA0) return 0;
    return is_tail(1) && is_tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) >= 0x90) return 0;
    return is_tail(1) && is_tail(2) && is_tail(3) ? 4 : 0;
  }
  return 0;
}

bool IsForbidden(char c) {
  const uint8_t byte = static_cast<uint8_t>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

bool CheckSize(const std::shared_ptr<const SourceFile>& file,
               const ReadLimits& limits, Diagnostics& diagnostics) {
  const size_t size = file->text().size();
  if (size <= limits.max_bytes) return true;
  diagnostics.Error("limit-exceeded", {file, 0, 0},
                    absl::StrCat("the file has ", size, " bytes, at most ",
                                 limits.max_bytes, " are allowed"));
  return false;
}

SourceRange Here(const std::shared_ptr<const SourceFile>& file, size_t at) {
  return {file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1)};
}

bool CheckCharacters(const std::shared_ptr<const SourceFile>& file,
                     Diagnostics& diagnostics) {
  const absl::string_view text = file->text();
  for (size_t at = 0; at < text.size();) {
    if (absl::ascii_isprint(static_cast<unsigned char>(text[at]))) {
      ++at;  // most are
      continue;
    }
    const size_t length = SequenceLength(text, at);
    if (length == 0) {
      diagnostics.Error("invalid-utf8", Here(file, at),
                        absl::StrFormat("byte 0x%02x is no UTF-8",
                                        static_cast<uint8_t>(text[at])),
                        "save the file as UTF-8");
      return false;
    }
    if (IsForbidden(text[at])) {
      diagnostics.Error(
          "invalid-character", Here(file, at),
          absl::StrFormat("control character 0x%02x may not stand in YAML",
                          static_cast<uint8_t>(text[at])));
      return false;
    }
    at += length;
  }
  return true;
}

bool CheckBrackets(const std::shared_ptr<const SourceFile>& file,
                   const ReadLimits& limits, Diagnostics& diagnostics) {
  const absl::string_view text = file->text();
  size_t open = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if ((c == ']' || c == '}') && open > 0) --open;
    if (c != '[' && c != '{') continue;
    if (++open <= limits.max_open_brackets) continue;
    diagnostics.Error("limit-exceeded", Here(file, at),
                      absl::StrCat("more than ", limits.max_open_brackets,
                                   " brackets are open here"));
    return false;
  }
  return true;
}

}  // namespace

bool CheckText(const std::shared_ptr<const SourceFile>& file,
               const ReadLimits& limits, Diagnostics& diagnostics) {
  return CheckSize(file, limits, diagnostics) &&
         CheckCharacters(file, diagnostics) &&
         CheckBrackets(file, limits, diagnostics);
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eyrie::cli {
namespace {

constexpr absl::string_view kEllipsis = "…";

// One character of UTF-8, or one byte that is none.
struct Character {
  uint32_t code = 0;
  size_t bytes = 1;
  bool is_valid = false;
};

// The first character of `text`. REQUIRES: it is not empty.
Character FirstCharacter(absl::string_view text) {
  const auto byte = [&text](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  Character character;
  uint32_t least = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    character = {first & 0x1Fu, 2};
    least = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    character = {first & 0x0Fu, 3};
    least = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    character = {first & 0x07u, 4};
    least = 0x10000;
  } else {
    return {first, 1, false};
  }
  if (text.size() < character.bytes) return {first, 1, false};
  for (size_t i = 1; i < character.bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {first, 1, false};
    character.code = character.code << 6 | (byte(i) & 0x3F);
  }
  const bool is_surrogate = character.code >= 0xD800 && character.code < 0xE000;
  if (character.code < least || character.code > 0x10FFFF || is_surrogate) {
    return {first, 1, false};
  }
  character.is_valid = true;
  return character;
}

// Whether a terminal would obey `code` instead of showing it.
bool IsUnsafe(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // controls
         code == 0x200E || code == 0x200F ||              // direction marks
         (code >= 0x2028 && code <= 0x202E) ||  // separators, embeddings
         (code >= 0x2066 && code <= 0x2069) ||  // isolates
         code == 0xFEFF;
}

void AppendEscaped(const Character& character, std::string* safe) {
  if (character.is_valid && character.code == '\n') {
    *safe += "\\n";
  } else if (character.is_valid && character.code == '\t') {
    *safe += "\\t";
  } else if (character.is_valid && character.code == '\r') {
    *safe += "\\r";
  } else if (character.code < 0x100) {
    absl::StrAppendFormat(safe, "\\x%02x", character.code);
  } else {
    absl::StrAppendFormat(safe, "\\u{%x}", character.code);
  }
}

}  // namespace

std::string SafeText(absl::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (character.is_valid && !IsUnsafe(character.code)) {
      safe.append(text.data(), character.bytes);
    } else {
      AppendEscaped(character, &safe);
    }
    text.remove_prefix(character.bytes);
  }
  return safe;
}

size_t TextWidth(absl::string_view text) {
  size_t width = 0;
  for (const char c : text) {
    if ((c & 0xC0) != 0x80) ++width;
  }
  return width;
}

std::string CutText(absl::string_view text, size_t width) {
  if (TextWidth(text) <= width) return std::string(text);
  size_t end = 0;
  for (size_t kept = 0; kept + 1 < width; ++kept) {
    end += FirstCharacter(text.substr(end)).bytes;
  }
  return absl::StrCat(text.substr(0, end), kEllipsis);
}

size_t TerminalWidth(int fd) {
  winsize size = {};
  if (isatty(fd) == 0 || ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace eyrie::cli

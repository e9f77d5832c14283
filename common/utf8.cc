// SPDX-License-Identifier: Apache-2.0

#include "common/utf8.h"

#include <algorithm>
#include <cstdint>

namespace eyrie {
namespace {

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";

}  // namespace

size_t Utf8CharacterSize(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const uint8_t second = byte(1);
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
      (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return size;
}

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

size_t CopyValidUtf8(absl::string_view text, char* out) {
  char* end = out;
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    const absl::string_view piece =
        size == 0 ? kReplacement : text.substr(0, size);
    end = std::copy(piece.begin(), piece.end(), end);
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return static_cast<size_t>(end - out);
}

std::string ToValidUtf8(absl::string_view text) {
  std::string valid(text.size() * 3, '\0');
  valid.resize(CopyValidUtf8(text, valid.data()));
  return valid;
}

}  // namespace eyrie

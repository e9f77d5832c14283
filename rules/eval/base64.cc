// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/base64.h"

#include <cstdint>

#include "absl/strings/ascii.h"

namespace eyrie::rules {
namespace {

// The 6 bits of a character, or -1.
int Sextet(unsigned char c) {
  if (absl::ascii_isupper(c)) return c - 'A';
  if (absl::ascii_islower(c)) return c - 'a' + 26;
  if (absl::ascii_isdigit(c)) return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

bool DecodeBase64(absl::string_view text, char* out, size_t* size) {
  size_t padding = 0;
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.size() % 4 == 1 || padding > (4 - text.size() % 4) % 4) return false;
  uint32_t bits = 0;
  int count = 0;
  char* end = out;
  for (char c : text) {
    const int sextet = Sextet(static_cast<unsigned char>(c));
    if (sextet < 0) return false;
    bits = bits << 6 | static_cast<uint32_t>(sextet);
    count += 6;
    if (count >= 8) {
      count -= 8;
      *end++ = static_cast<char>(bits >> count);
      bits &= (1u << count) - 1;
    }
  }
  *size = static_cast<size_t>(end - out);
  return bits == 0;
}

}  // namespace eyrie::rules

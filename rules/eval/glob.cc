// SPDX-License-Identifier: Apache-2.0
//
// The usual walk with one point of return: a star first matches nothing; when
// what follows it fails, the walk goes back to the last star and lets it take
// one byte more. Earlier stars never need to be tried again.

#include "rules/eval/glob.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace eyrie::rules {
namespace {

using Byte = unsigned char;

constexpr size_t kUnclosed = static_cast<size_t>(-1);

template <bool kFold>
Byte Fold(char c) {
  const Byte byte = static_cast<Byte>(c);
  return kFold ? static_cast<Byte>(absl::ascii_tolower(byte)) : byte;
}

bool InClass(absl::string_view name, Byte byte) {
  if (name == "alnum") return absl::ascii_isalnum(byte);
  if (name == "alpha") return absl::ascii_isalpha(byte);
  if (name == "blank") return absl::ascii_isblank(byte);
  if (name == "cntrl") return absl::ascii_iscntrl(byte);
  if (name == "digit") return absl::ascii_isdigit(byte);
  if (name == "graph") return absl::ascii_isgraph(byte);
  if (name == "lower") return absl::ascii_islower(byte);
  if (name == "print") return absl::ascii_isprint(byte);
  if (name == "punct") return absl::ascii_ispunct(byte);
  if (name == "space") return absl::ascii_isspace(byte);
  if (name == "upper") return absl::ascii_isupper(byte);
  if (name == "xdigit") return absl::ascii_isxdigit(byte);
  return false;
}

// Reads one member of a bracket at `at`: a byte, an escaped byte, or [.x.] and
// [=x=]. Moves `at` behind it. False at the end of the pattern.
bool ReadMember(absl::string_view pattern, size_t* at, char* member) {
  if (*at >= pattern.size()) return false;
  const char c = pattern[*at];
  if (c == '\\') {
    if (*at + 1 >= pattern.size()) return false;
    *member = pattern[*at + 1];
    *at += 2;
    return true;
  }
  if (c == '[' && *at + 4 < pattern.size() &&
      (pattern[*at + 1] == '.' || pattern[*at + 1] == '=') &&
      pattern[*at + 3] == pattern[*at + 1] && pattern[*at + 4] == ']') {
    *member = pattern[*at + 2];
    *at += 5;
    return true;
  }
  *member = c;
  ++*at;
  return true;
}

// Whether `c` is in the bracket whose members begin at `at`. Returns where the
// bracket ends, or kUnclosed.
template <bool kFold>
size_t MatchBracket(absl::string_view pattern, size_t at, char c,
                    bool* matches) {
  const bool negated =
      at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  const Byte byte = Fold<kFold>(c);
  bool found = false;
  for (bool first = true;; first = false) {
    if (at >= pattern.size()) return kUnclosed;
    if (pattern[at] == ']' && !first) break;
    if (pattern[at] == '[' && at + 1 < pattern.size() &&
        pattern[at + 1] == ':') {
      const size_t end = pattern.find(":]", at + 2);
      if (end != absl::string_view::npos) {
        const absl::string_view name = pattern.substr(at + 2, end - at - 2);
        found = found || InClass(name, static_cast<Byte>(c));
        at = end + 2;
        continue;
      }
    }
    char low;
    if (!ReadMember(pattern, &at, &low)) return kUnclosed;
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' &&
        pattern[at + 1] != ']') {
      ++at;
      if (!ReadMember(pattern, &at, &high)) return kUnclosed;
    }
    found = found || (Fold<kFold>(low) <= byte && byte <= Fold<kFold>(high));
  }
  *matches = found != negated;
  return at + 1;
}

// Matches the pattern element at `at` with `c`. Returns where the next element
// begins, or 0 if it does not match. REQUIRES: the element is no star.
template <bool kFold>
size_t MatchElement(absl::string_view pattern, size_t at, char c) {
  char expected = pattern[at];
  if (expected == '?') return at + 1;
  if (expected == '[') {
    bool matches = false;
    const size_t end = MatchBracket<kFold>(pattern, at + 1, c, &matches);
    // Without an end the bracket is a character like others.
    if (end != kUnclosed) return matches ? end : 0;
  }
  if (expected == '\\') {
    if (++at == pattern.size()) return 0;
    expected = pattern[at];
  }
  return Fold<kFold>(expected) == Fold<kFold>(c) ? at + 1 : 0;
}

template <bool kFold>
bool Matches(absl::string_view pattern, absl::string_view text) {
  constexpr size_t kNone = absl::string_view::npos;
  size_t p = 0, t = 0;
  size_t star = kNone;  // where the pattern goes on after the last star
  size_t star_end = 0;  // where the text goes on after what it took
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_end = t;
      continue;
    }
    const size_t next =
        p < pattern.size() ? MatchElement<kFold>(pattern, p, text[t]) : 0;
    if (next != 0) {
      p = next;
      ++t;
    } else if (star != kNone) {
      p = star;
      t = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool GlobMatches(absl::string_view pattern, absl::string_view text) {
  return Matches<false>(pattern, text);
}

bool GlobMatchesIgnoringCase(absl::string_view pattern,
                             absl::string_view text) {
  return Matches<true>(pattern, text);
}

absl::string_view LiteralPart(absl::string_view pattern) {
  absl::string_view longest;
  // What stands within or behind brackets is left out: where they end is not
  // worth finding out.
  pattern = pattern.substr(0, pattern.find('['));
  while (!pattern.empty()) {
    const size_t end = std::min(pattern.find_first_of("*?\\"), pattern.size());
    if (end > longest.size()) longest = pattern.substr(0, end);
    if (end == pattern.size()) break;
    // An escaped character is left out.
    const size_t skipped = pattern[end] == '\\' ? 2 : 1;
    pattern.remove_prefix(std::min(end + skipped, pattern.size()));
  }
  return longest;
}

bool HasGlob(absl::string_view text) {
  return text.find_first_of("*?[") != absl::string_view::npos;
}

}  // namespace eyrie::rules

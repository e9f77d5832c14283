// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/value_tests.h"

#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "common/utf8.h"
#include "rules/check/decimal.h"
#include "rules/eval/glob.h"

namespace eyrie::rules {
namespace {

bool Contains(absl::string_view text, absl::string_view part) {
  return part.empty() ||
         memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

// REQUIRES: `part` is in lower case, or `fold_part`.
bool ContainsIgnoringCase(absl::string_view text, absl::string_view part,
                          bool fold_part) {
  if (part.size() > text.size()) return false;
  const auto lower = [](char c) {
    return absl::ascii_tolower(static_cast<unsigned char>(c));
  };
  for (size_t begin = 0; begin + part.size() <= text.size(); ++begin) {
    size_t i = 0;
    while (i < part.size() &&
           lower(text[begin + i]) == (fold_part ? lower(part[i]) : part[i])) {
      ++i;
    }
    if (i == part.size()) return true;
  }
  return false;
}

bool MatchesRegex(absl::string_view text, const re2::RE2& regex,
                  Scratch& scratch) {
  const absl::string_view valid = ValidUtf8(text, scratch);
  return re2::RE2::FullMatch(re2::StringPiece(valid.data(), valid.size()),
                             regex);
}

bool InNetwork(const IpAddress& ip, const Literal& network) {
  if (ip.is_v6 != network.ip.is_v6) return false;
  const size_t bytes = static_cast<size_t>(network.prefix_bits) / 8;
  const int bits = network.prefix_bits % 8;
  return std::memcmp(ip.bytes.data(), network.ip.bytes.data(), bytes) == 0 &&
         (bits == 0 ||
          (ip.bytes[bytes] ^ network.ip.bytes[bytes]) >> (8 - bits) == 0);
}

// Negative, 0 or positive. Strings that hold numbers are compared as such with
// a number in a rule: `ka.response.code >= 400`.
int CompareText(const Value& value, const Literal& literal) {
  int64_t number = 0;
  if (literal.is_number && ReadDecimal(value.text, &number)) {
    const auto other = static_cast<int64_t>(literal.number);
    return number < other ? -1 : number > other ? 1 : 0;
  }
  return value.text.compare(literal.text);
}
int CompareText(const Value& value, const Value& right) {
  return value.text.compare(right.text);
}

const IpAddress& IpOf(const Literal& literal) { return literal.ip; }
IpAddress IpOf(const Value& value) { return value.ip(); }

// The tests that literals and fields on the right have in common.
template <typename Right>
bool TestCommon(Test test, const Value& value, const Right& right,
                bool fold_right) {
  const auto signed_right = static_cast<int64_t>(right.number);
  switch (test) {
    case Test::kTextEqual:
      return value.text == right.text;
    case Test::kTextLess:
      return CompareText(value, right) < 0;
    case Test::kTextLessEqual:
      return CompareText(value, right) <= 0;
    case Test::kTextGreater:
      return CompareText(value, right) > 0;
    case Test::kTextGreaterEqual:
      return CompareText(value, right) >= 0;
    case Test::kContains:
      return Contains(value.text, right.text);
    case Test::kIcontains:
      return ContainsIgnoringCase(value.text, right.text, fold_right);
    case Test::kStartswith:
      return absl::StartsWith(value.text, right.text);
    case Test::kEndswith:
      return absl::EndsWith(value.text, right.text);
    case Test::kGlob:
      return GlobMatches(right.text, value.text);
    case Test::kIglob:
      return GlobMatchesIgnoringCase(right.text, value.text);
    case Test::kNumberEqual:
      return value.number == right.number;
    case Test::kUnsignedLess:
      return value.number < right.number;
    case Test::kUnsignedLessEqual:
      return value.number <= right.number;
    case Test::kUnsignedGreater:
      return value.number > right.number;
    case Test::kUnsignedGreaterEqual:
      return value.number >= right.number;
    case Test::kSignedLess:
      return value.i64() < signed_right;
    case Test::kSignedLessEqual:
      return value.i64() <= signed_right;
    case Test::kSignedGreater:
      return value.i64() > signed_right;
    case Test::kSignedGreaterEqual:
      return value.i64() >= signed_right;
    case Test::kRealEqual:
      return value.real == right.real;
    case Test::kRealLess:
      return value.real < right.real;
    case Test::kRealLessEqual:
      return value.real <= right.real;
    case Test::kRealGreater:
      return value.real > right.real;
    case Test::kRealGreaterEqual:
      return value.real >= right.real;
    case Test::kAddressEqual:
      return value.ip() == IpOf(right);
    default:
      return false;
  }
}

}  // namespace

absl::string_view ValidUtf8(absl::string_view text, Scratch& scratch) {
  if (IsValidUtf8(text)) return text;
  char* valid = scratch.Allocate(3 * text.size());
  return absl::string_view(valid, CopyValidUtf8(text, valid));
}

bool TestLiteral(Test test, const Value& value, const Literal& literal,
                 Scratch& scratch) {
  if (test == Test::kRegex) {
    return MatchesRegex(value.text, *literal.regex, scratch);
  }
  if (test == Test::kInNetwork) return InNetwork(value.ip(), literal);
  return TestCommon(test, value, literal, /*fold_right=*/false);
}

bool TestValues(Test test, const Value& value, const Value& right) {
  return TestCommon(test, value, right, /*fold_right=*/true);
}

}  // namespace eyrie::rules

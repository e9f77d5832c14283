// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/time_text.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace eyrie::cli {
namespace {

// More than any stored thing is old; keeps sums far from overflow.
constexpr absl::Duration kMaxAge = absl::Hours(24 * 365 * 100);

// The unit that `text` begins with, taken off it; zero if there is none.
absl::Duration TakeUnit(absl::string_view* text) {
  struct Unit {
    absl::string_view name;
    absl::Duration length;
  };
  const Unit units[] = {
      {"ms", absl::Milliseconds(1)}, {"s", absl::Seconds(1)},
      {"m", absl::Minutes(1)},       {"h", absl::Hours(1)},
      {"d", absl::Hours(24)},        {"w", absl::Hours(24 * 7)},
  };
  for (const Unit& unit : units) {
    if (text->substr(0, unit.name.size()) == unit.name) {
      text->remove_prefix(unit.name.size());
      return unit.length;
    }
  }
  return absl::ZeroDuration();
}

// Reads "1d12h". False if `text` is none.
bool ParseAge(absl::string_view text, absl::Duration* age) {
  if (text.empty()) return false;
  *age = absl::ZeroDuration();
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
    int64_t count = 0;
    if (!absl::SimpleAtoi(text.substr(0, digits), &count)) return false;
    text.remove_prefix(digits);
    const absl::Duration unit = TakeUnit(&text);
    if (unit == absl::ZeroDuration()) return false;
    *age += count * unit;
    if (*age > kMaxAge) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<absl::Time> ReadTime(absl::string_view text, absl::Time now,
                                    absl::TimeZone zone) {
  absl::Duration age;
  if (ParseAge(text, &age)) return now - age;
  absl::Time time;
  std::string error;
  constexpr absl::string_view kLocalForms[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M",
                                               "%Y-%m-%d %H:%M:%E*S",
                                               "%Y-%m-%dT%H:%M:%E*S"};
  // "infinite-past" is absl's, not ours: a time begins with a digit.
  if (!text.empty() && absl::ascii_isdigit(text[0])) {
    if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
    for (const absl::string_view form : kLocalForms) {
      if (absl::ParseTime(form, text, zone, &time, &error)) return time;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text,
                   "\" is no time; write an age such as 30m, 1h or 2d, or a "
                   "time such as 2026-01-31T12:00:00Z"));
}

std::string TimeText(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, zone);
}

std::string TimeTextMillis(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E3S", time, zone);
}

std::string TimeTextNanos(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", time, absl::UTCTimeZone());
}

std::string AgeText(absl::Duration age) {
  const int64_t seconds =
      age > absl::ZeroDuration() ? absl::ToInt64Seconds(age) : 0;
  if (seconds < 120) return absl::StrCat(seconds, "s");
  if (seconds < 120 * 60) return absl::StrCat(seconds / 60, "m");
  if (seconds < 48 * 3600) return absl::StrCat(seconds / 3600, "h");
  return absl::StrCat(seconds / (24 * 3600), "d");
}

}  // namespace eyrie::cli

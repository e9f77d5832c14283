// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/regex_set.h"

#include "re2/stringpiece.h"

namespace eyrie::rules {

std::optional<RegexSet> RegexSet::Create(
    absl::Span<const re2::RE2* const> regexes, int64_t max_bytes) {
  re2::RE2::Options options(re2::RE2::POSIX);
  options.set_log_errors(false);
  options.set_max_mem(max_bytes);
  re2::RE2::Set set(options, re2::RE2::ANCHOR_BOTH);
  for (const re2::RE2* regex : regexes) {
    if (set.Add(regex->pattern(), nullptr) < 0) return std::nullopt;
  }
  // Also tries whether there is room for states.
  if (!set.Compile()) return std::nullopt;
  return RegexSet(std::move(set));
}

bool RegexSet::MayMatch(absl::string_view value) const {
  re2::RE2::Set::ErrorInfo error;
  // Which ones match is asked for by nobody: to tell it takes memory.
  return set_.Match(re2::StringPiece(value.data(), value.size()), nullptr,
                    &error) ||
         error.kind != re2::RE2::Set::kNoError;
}

}  // namespace eyrie::rules

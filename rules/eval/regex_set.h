// SPDX-License-Identifier: Apache-2.0
//
// Regular expressions that a value is asked about together.

#ifndef EYRIE_RULES_EVAL_REGEX_SET_H_
#define EYRIE_RULES_EVAL_REGEX_SET_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "re2/re2.h"
#include "re2/set.h"

namespace eyrie::rules {

// Says of most values that none of several regular expressions matches, in the
// time that one of them takes.
//
// Thread safety: MayMatch() may be called from any thread. It takes no memory
// but for states of the automaton, which are kept, up to the set's limit; then
// they are forgotten and made anew as values need them.
class RegexSet {
 public:
  // Memory of one set: its automaton's program, 16 bytes an instruction, and
  // states that values have led to, some KiB each for the largest set.
  static constexpr int64_t kMaxBytes = 2 << 20;

  // A set of `regexes`, which are not kept. None if it needs more than
  // `max_bytes`. REQUIRES: they have the options of ParseLiteral().
  static std::optional<RegexSet> Create(
      absl::Span<const re2::RE2* const> regexes, int64_t max_bytes = kMaxBytes);

  // False only if none of them matches `value` as a whole. True, too, if the
  // automaton has no memory left to tell. REQUIRES: `value` is valid UTF-8.
  bool MayMatch(absl::string_view value) const;

 private:
  explicit RegexSet(re2::RE2::Set set) : set_(std::move(set)) {}

  re2::RE2::Set set_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_REGEX_SET_H_

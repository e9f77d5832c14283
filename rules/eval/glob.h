// SPDX-License-Identifier: Apache-2.0
//
// Matches texts with shell patterns.

#ifndef EYRIE_RULES_EVAL_GLOB_H_
#define EYRIE_RULES_EVAL_GLOB_H_

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Whether all of `text` matches `pattern` as POSIX fnmatch() without flags says
// in the C locale: `*`, `?`, `[...]` with ranges and classes, backslash; bytes,
// not characters; `*` and `?` match slashes and leading dots, too.
//
// Unlike fnmatch() it needs no terminating NUL and never takes more than
// |pattern| * |text| steps.
bool GlobMatches(absl::string_view pattern, absl::string_view text);

// As FNM_CASEFOLD says: ASCII letters match in either case.
bool GlobMatchesIgnoringCase(absl::string_view pattern, absl::string_view text);

// The longest text that every match of `pattern` holds; empty if there is none.
absl::string_view LiteralPart(absl::string_view pattern);

// Whether `text` has a character that means more than itself in a component of
// a path pattern: `*`, `?` or `[`.
bool HasGlob(absl::string_view text);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_GLOB_H_

// SPDX-License-Identifier: Apache-2.0
//
// Paths as text: made absolute, normalised, taken apart.

#ifndef EYRIE_RULES_FIELDS_PATHS_H_
#define EYRIE_RULES_FIELDS_PATHS_H_

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// `path` as an absolute path without ".", "..", repeated or trailing slashes;
// ".." of the root is the root. A relative one starts at `base`. Purely by
// text: symbolic links are not followed.
//
// Returns an empty view if `path` is relative and `base` is not absolute, or if
// `path` is empty. Allocates, in `scratch`, only if `path` is not normal yet.
absl::string_view AbsolutePath(absl::string_view base, absl::string_view path,
                               Scratch& scratch);

// "/" of "/x", "/a" of "/a/x"; the path itself if it ends with a slash or has
// none.
absl::string_view Directory(absl::string_view path);

// What follows the last slash; the path itself if it has none.
absl::string_view Filename(absl::string_view path);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_PATHS_H_

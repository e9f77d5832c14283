// SPDX-License-Identifier: Apache-2.0
//
// Finds where each byte of a YAML scalar stood in its file.

#ifndef EYRIE_RULES_READER_SCALAR_PLACES_H_
#define EYRIE_RULES_READER_SCALAR_PLACES_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/source.h"

namespace eyrie::rules {

struct ScalarPlaces {
  ByteOffsets offsets;  // of each byte of the value; never descending
  uint32_t begin = 0;   // of the scalar, quotes included
  uint32_t end = 0;
  bool is_closed = true;  // false: a quote without its end
};

// `value` is what the scalar at `start` of `file` resolves to; `start` may also
// be at its tag or anchor. Never fails: a byte that cannot be matched takes the
// place of its neighbor.
//
// Quotes, escapes, folded lines and block indentation are followed, so that
// the place of each byte but white space is exact.
ScalarPlaces LocateScalar(absl::string_view file, size_t start,
                          absl::string_view value);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_SCALAR_PLACES_H_

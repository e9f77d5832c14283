// SPDX-License-Identifier: Apache-2.0
//
// Decodes base64 as the transformer b64 does.

#ifndef EYRIE_RULES_EVAL_BASE64_H_
#define EYRIE_RULES_EVAL_BASE64_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Room that DecodeBase64() needs for the result.
inline size_t MaxDecodedSize(absl::string_view text) {
  return text.size() / 4 * 3 + 3;
}

// Decodes `text` to `out`, which has MaxDecodedSize() bytes, and sets `size`.
// Padding may be short or missing. False for other characters, a lone last one,
// too much padding, and bits left over that are not zero.
bool DecodeBase64(absl::string_view text, char* out, size_t* size);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_BASE64_H_

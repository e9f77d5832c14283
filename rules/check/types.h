// SPDX-License-Identifier: Apache-2.0
//
// Types of the rule language.

#ifndef EYRIE_RULES_CHECK_TYPES_H_
#define EYRIE_RULES_CHECK_TYPES_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// What a field's value is, and so which operators and literals it takes
// (rule language, section 6).
enum class FieldType : uint8_t {
  kString,
  kPath,  // a string that names a file
  kBytes,
  kBool,
  kInt64,   // all signed integers
  kUint64,  // all unsigned integers
  kDouble,
  kPort,
  kIpAddress,
  kIpNet,
  kRelativeTime,  // ns
  kAbsoluteTime,  // ns since the epoch
};

// "string", "path", ...: for messages and docs.
absl::string_view FieldTypeName(FieldType type);

// Truth of a condition. Unknown: a field that cannot be known here may decide.
enum class Truth : uint8_t { kFalse, kTrue, kUnknown };

constexpr Truth Negate(Truth truth) {
  return truth == Truth::kUnknown ? truth
         : truth == Truth::kTrue  ? Truth::kFalse
                                  : Truth::kTrue;
}

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_TYPES_H_

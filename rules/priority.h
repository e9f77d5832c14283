// SPDX-License-Identifier: Apache-2.0
//
// How urgent a rule is.

#ifndef EYRIE_RULES_PRIORITY_H_
#define EYRIE_RULES_PRIORITY_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// Syslog severities; a smaller number is more severe. Values of v1::Priority.
enum class Priority : uint8_t {
  kEmergency = 1,
  kAlert,
  kCritical,
  kError,
  kWarning,
  kNotice,
  kInformational,
  kDebug,
};

// "Warning", as alerts print it; "Unknown" of a number that is no priority, as
// a newer server may send.
absl::string_view PriorityName(Priority priority);
// Case-insensitive; also "info". False if it is none.
bool ParsePriority(absl::string_view text, Priority* priority);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_PRIORITY_H_

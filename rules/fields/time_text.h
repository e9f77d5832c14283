// SPDX-License-Identifier: Apache-2.0
//
// Times as texts, for the fields of events of all sources.

#ifndef EYRIE_RULES_FIELDS_TIME_TEXT_H_
#define EYRIE_RULES_FIELDS_TIME_TEXT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

inline constexpr uint64_t kNsPerSecond = 1'000'000'000;

// Formats of TimeText(), called as the fields are.
inline constexpr char kTimeFormat[] = "%H:%M:%E9S";
inline constexpr char kTimeSecondsFormat[] = "%H:%M:%S";
inline constexpr char kIso8601Format[] = "%Y-%m-%dT%H:%M:%E9S+0000";
inline constexpr char kDateTimeFormat[] = "%Y-%m-%d %H:%M:%E9S";
inline constexpr char kDateTimeSecondsFormat[] = "%Y-%m-%d %H:%M:%S";

// `epoch_ns` in UTC: rules must not depend on where they run.
absl::string_view TimeText(const char* format, uint64_t epoch_ns,
                           Scratch& scratch);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_TIME_TEXT_H_

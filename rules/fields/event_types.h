// SPDX-License-Identifier: Apache-2.0
//
// Names of event types that rules may use before any record carries them.

#ifndef EYRIE_RULES_FIELDS_EVENT_TYPES_H_
#define EYRIE_RULES_FIELDS_EVENT_TYPES_H_

#include <algorithm>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"

namespace eyrie::rules {

// Stands for the id of such a type: no record has it.
inline constexpr int64_t kFutureEvent = -1;

// Whether `name` is in FutureEventNames().
inline bool IsFutureEvent(absl::string_view name) {
  const absl::Span<const absl::string_view> names = FutureEventNames();
  return std::binary_search(names.begin(), names.end(), name);
}

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVENT_TYPES_H_

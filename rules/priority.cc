// SPDX-License-Identifier: Apache-2.0

#include "rules/priority.h"

#include <iterator>

#include "absl/strings/match.h"

namespace eyrie::rules {
namespace {

// In order of the enum, which starts at 1.
constexpr absl::string_view kNames[] = {
    "Emergency", "Alert",  "Critical",      "Error",
    "Warning",   "Notice", "Informational", "Debug",
};

}  // namespace

absl::string_view PriorityName(Priority priority) {
  const size_t index = static_cast<size_t>(priority) - 1;
  return index < std::size(kNames) ? kNames[index] : "Unknown";
}

bool ParsePriority(absl::string_view text, Priority* priority) {
  if (absl::EqualsIgnoreCase(text, "info")) {
    *priority = Priority::kInformational;
    return true;
  }
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (absl::EqualsIgnoreCase(text, kNames[i])) {
      *priority = static_cast<Priority>(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace eyrie::rules

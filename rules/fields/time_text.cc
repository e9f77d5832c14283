// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/time_text.h"

#include "absl/time/time.h"

namespace eyrie::rules {

absl::string_view TimeText(const char* format, uint64_t epoch_ns,
                           Scratch& scratch) {
  const absl::Time time = absl::FromUnixNanos(static_cast<int64_t>(epoch_ns));
  return scratch.Keep(absl::FormatTime(format, time, absl::UTCTimeZone()));
}

}  // namespace eyrie::rules

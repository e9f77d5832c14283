// SPDX-License-Identifier: Apache-2.0
//
// Times as people write and read them.

#ifndef EYRIE_CLIENTS_CLI_TIME_TEXT_H_
#define EYRIE_CLIENTS_CLI_TIME_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace eyrie::cli {

// Reads an age ("30m", "1h30m", "2d", "1w": so long before `now`), RFC 3339
// ("2026-01-31T12:00:00Z"), or a date with or without a time of day in `zone`
// ("2026-01-31", "2026-01-31 12:00", "2026-01-31 12:00:05").
//
// kInvalidArgument with the forms it knows.
absl::StatusOr<absl::Time> ReadTime(absl::string_view text, absl::Time now,
                                    absl::TimeZone zone);

// "2026-01-31 12:00:05", for tables.
std::string TimeText(absl::Time time, absl::TimeZone zone);

// "2026-01-31 12:00:05.123", for a single event.
std::string TimeTextMillis(absl::Time time, absl::TimeZone zone);

// "2026-01-31T12:00:05.123456789Z", for programs.
std::string TimeTextNanos(absl::Time time);

// "5s", "12m", "3h", "9d": the largest whole unit. Negative ages are "0s".
std::string AgeText(absl::Duration age);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_TIME_TEXT_H_

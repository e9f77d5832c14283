// SPDX-License-Identifier: Apache-2.0
//
// Structured log lines for operators.
//
// Usage:
//
//   LogWarning("storing a node failed",
//              {{"node", name}, {"error", status.ToString()}});
//
//   static LogEvery limit(absl::Seconds(10));  // on a hot path
//   limit.Warning("a record is malformed", {{"node", name}});
//
// prints one line on stderr:
//
//   2026-01-31T12:00:00.123Z warning storing a node failed node=n1 error="…"

#ifndef EYRIE_COMMON_LOGGING_H_
#define EYRIE_COMMON_LOGGING_H_

#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/clock.h"

namespace eyrie {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// One `key=value` of a line. Takes strings and numbers.
//
// Lifetime: borrows both; only for use within one expression.
struct LogField {
  LogField(absl::string_view key, const absl::AlphaNum& value)
      : key(key), value(value.Piece()) {}

  absl::string_view key;
  absl::string_view value;
};

using LogFields = std::initializer_list<LogField>;

// "debug", "info", "warning" or "error"; kInvalidArgument for others.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view name);

// Sets what is printed from now on; kInfo until then. All functions here may be
// called from any thread.
void SetLogLevel(LogLevel level);

// Print one line each if their level is enabled.
void Log(LogLevel level, absl::string_view message, LogFields fields = {});
void LogDebug(absl::string_view message, LogFields fields = {});
void LogInfo(absl::string_view message, LogFields fields = {});
void LogWarning(absl::string_view message, LogFields fields = {});
void LogError(absl::string_view message, LogFields fields = {});

// What Log() prints after time and level. Values are quoted where they hold
// blanks, quotes or `=`; control characters are escaped everywhere, so that
// nobody's data can forge a line. A value is cut at 4096 bytes.
std::string FormatLogLine(absl::string_view message, LogFields fields);

// Prints at most one line per period, and with it how many it left out
// (`suppressed=N`).
//
// Thread safety: all methods may be called from any thread.
class LogEvery {
 public:
  // Borrows `clock`.
  explicit LogEvery(absl::Duration period, const Clock* clock = Clock::Real())
      : period_(period), clock_(clock) {}

  void Info(absl::string_view message, LogFields fields = {}) {
    Print(LogLevel::kInfo, message, fields);
  }
  void Warning(absl::string_view message, LogFields fields = {}) {
    Print(LogLevel::kWarning, message, fields);
  }
  void Error(absl::string_view message, LogFields fields = {}) {
    Print(LogLevel::kError, message, fields);
  }

  // Whether a line is due now; `suppressed` gets the number left out since the
  // last. For callers that print by themselves.
  bool IsDue(uint64_t* suppressed);

 private:
  void Print(LogLevel level, absl::string_view message, LogFields fields);

  const absl::Duration period_;
  const Clock* const clock_;
  absl::Mutex mutex_;
  absl::Time next_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  uint64_t suppressed_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_LOGGING_H_

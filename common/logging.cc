// SPDX-License-Identifier: Apache-2.0

#include "common/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eyrie {
namespace {

// Longest value of a field, bytes: a line stays readable, and a rule's output
// or a path of PATH_MAX fits.
constexpr size_t kMaxValueBytes = 4096;

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// Made at the first use and never destroyed: threads may log until the end.
spdlog::logger& Logger() {
  static spdlog::logger* const logger = [] {
    auto* made = new spdlog::logger(
        "eyrie", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
    made->set_level(spdlog::level::info);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Appends `text` with control characters as \xNN; with `quote` also escapes
// what would end a quoted value.
void AppendEscaped(absl::string_view text, bool quote, std::string* line) {
  for (const char c : text) {
    if (c == '\n') {
      *line += "\\n";
    } else if (IsControl(c)) {
      absl::StrAppendFormat(line, "\\x%02x", static_cast<unsigned char>(c));
    } else if (quote && (c == '"' || c == '\\')) {
      *line += '\\';
      *line += c;
    } else {
      *line += c;
    }
  }
}

bool NeedsQuotes(absl::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    if (c == ' ' || c == '"' || c == '=' || c == '\\' || IsControl(c)) {
      return true;
    }
  }
  return false;
}

void AppendValue(absl::string_view value, std::string* line) {
  const bool is_cut = value.size() > kMaxValueBytes;
  if (is_cut) value = value.substr(0, kMaxValueBytes);
  if (!NeedsQuotes(value)) {
    absl::StrAppend(line, value, is_cut ? "..." : "");
    return;
  }
  *line += '"';
  AppendEscaped(value, /*quote=*/true, line);
  absl::StrAppend(line, is_cut ? "..." : "", "\"");
}

}  // namespace

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "info") return LogLevel::kInfo;
  if (name == "warning") return LogLevel::kWarning;
  if (name == "error") return LogLevel::kError;
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown log level \"", name, "\": use debug, info, warning or error"));
}

void SetLogLevel(LogLevel level) { Logger().set_level(ToSpdlog(level)); }

std::string FormatLogLine(absl::string_view message, LogFields fields) {
  std::string line;
  AppendEscaped(message, /*quote=*/false, &line);
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", field.key, "=");
    AppendValue(field.value, &line);
  }
  return line;
}

void Log(LogLevel level, absl::string_view message, LogFields fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(ToSpdlog(level))) return;
  const std::string line = FormatLogLine(message, fields);
  logger.log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void LogDebug(absl::string_view message, LogFields fields) {
  Log(LogLevel::kDebug, message, fields);
}

void LogInfo(absl::string_view message, LogFields fields) {
  Log(LogLevel::kInfo, message, fields);
}

void LogWarning(absl::string_view message, LogFields fields) {
  Log(LogLevel::kWarning, message, fields);
}

void LogError(absl::string_view message, LogFields fields) {
  Log(LogLevel::kError, message, fields);
}

bool LogEvery::IsDue(uint64_t* suppressed) {
  const absl::Time now = clock_->Now();
  absl::MutexLock lock(&mutex_);
  if (now < next_) {
    ++suppressed_;
    return false;
  }
  next_ = now + period_;
  *suppressed = suppressed_;
  suppressed_ = 0;
  return true;
}

void LogEvery::Print(LogLevel level, absl::string_view message,
                     LogFields fields) {
  if (!Logger().should_log(ToSpdlog(level))) return;
  uint64_t suppressed = 0;
  if (!IsDue(&suppressed)) return;
  std::string line = FormatLogLine(message, fields);
  if (suppressed > 0) absl::StrAppend(&line, " suppressed=", suppressed);
  Logger().log(ToSpdlog(level),
               spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace eyrie

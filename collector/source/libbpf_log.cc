// SPDX-License-Identifier: Apache-2.0

#include "collector/source/libbpf_log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

// Most that is kept, bytes: the end of a verifier log, which says why.
constexpr size_t kMaxLogBytes = 4096;

// Where this thread's messages go; null: nowhere.
thread_local std::string* sink = nullptr;

int KeepMessage(libbpf_print_level level, const char* format, va_list args) {
  if (sink == nullptr || level == LIBBPF_DEBUG) return 0;
  va_list measured;
  va_copy(measured, args);
  const int length = std::vsnprintf(nullptr, 0, format, measured);
  va_end(measured);
  if (length <= 0) return length;
  // A verifier log is one message, of which the end matters.
  std::string text(static_cast<size_t>(length) + 1, '\0');
  std::vsnprintf(text.data(), text.size(), format, args);
  text.pop_back();
  sink->append(text);
  if (sink->size() > kMaxLogBytes) {
    sink->erase(0, sink->size() - kMaxLogBytes);
  }
  return length;
}

}  // namespace

LibbpfLog::LibbpfLog() {
  libbpf_set_print(KeepMessage);
  sink = &text_;
}

LibbpfLog::~LibbpfLog() { sink = nullptr; }

absl::Status LibbpfLog::Error(int error, absl::string_view what) const {
  const absl::Status status = absl::ErrnoToStatus(error, what);
  const absl::string_view log = absl::StripTrailingAsciiWhitespace(text_);
  if (log.empty()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(status.message(), "; libbpf: ", log));
}

}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/event_file.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"

#include "clients/cli/line_reader.h"
#include "clients/cli/recorded_event.h"

namespace eyrie::cli {
namespace {

// Bytes of a line. A record has at most 20 KiB, and 65 processes with their
// arguments and environments 12 KiB each; base64 adds a third.
constexpr size_t kMaxLineBytes = 4 << 20;

absl::Status ReadLines(const std::string& path, std::istream& in,
                       const EventFileHandlers& handlers) {
  LineReader reader(in, kMaxLineBytes);
  uint64_t events = 0;
  std::string line;
  for (auto next = reader.Next(&line); next != LineReader::Result::kEnd;
       next = reader.Next(&line)) {
    const std::string place = absl::StrCat(path, ":", reader.number());
    if (next == LineReader::Result::kTooLong) {
      handlers.on_mistake(place, absl::ResourceExhaustedError(absl::StrCat(
                                     "more than ", kMaxLineBytes, " bytes")));
      continue;
    }
    const auto recorded = ReadEvent(place, line);
    if (!recorded.ok()) {
      handlers.on_mistake(place, recorded.status());
      continue;
    }
    rules::Event event = (*recorded)->event();
    event.number = ++events;
    if (!handlers.on_event(place, event)) return absl::OkStatus();
  }
  if (!in.bad()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("reading ", path, " behind line ", reader.number()));
}

}  // namespace

absl::Status ReadEventFile(const std::string& path,
                           std::istream& standard_input,
                           const EventFileHandlers& handlers) {
  if (path == "-") return ReadLines("stdin", standard_input, handlers);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
  }
  return ReadLines(path, file, handlers);
}

}  // namespace eyrie::cli

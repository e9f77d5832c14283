// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/event_file.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "clients/cli/gzip_file.h"
#include "clients/cli/line_reader.h"
#include "clients/cli/recorded_event.h"
#include "clients/cli/recording_events.h"
#include "common/recording_format.h"
#include "common/status_macros.h"
#include "rules/json/json_parser.h"

namespace eyrie::cli {
namespace {

// Bytes of a line. A record has at most 20 KiB, and 65 processes with their
// arguments and environments 12 KiB each; base64 adds a third. A JSON event has
// as many at most (rules/json/json_parser.h).
constexpr size_t kMaxLineBytes = 4 << 20;
static_assert(kMaxLineBytes >= rules::JsonLimits().max_bytes);

using OnMistake =
    std::function<void(const std::string& place, const absl::Status& mistake)>;

absl::Status TooLong() {
  return absl::ResourceExhaustedError(
      absl::StrCat("more than ", kMaxLineBytes, " bytes"));
}

// Calls `on_line` for each line until it returns false.
absl::Status ReadLines(
    const std::string& name, std::istream& in, const OnMistake& on_mistake,
    absl::FunctionRef<bool(const std::string& place, std::string& line)>
        on_line) {
  LineReader reader(in, kMaxLineBytes);
  std::string line;
  for (auto next = reader.Next(&line); next != LineReader::Result::kEnd;
       next = reader.Next(&line)) {
    const std::string place = absl::StrCat(name, ":", reader.number());
    if (next == LineReader::Result::kTooLong) {
      on_mistake(place, TooLong());
    } else if (!on_line(place, line)) {
      return absl::OkStatus();
    }
  }
  if (!in.bad()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("reading ", name, " behind line ", reader.number()));
}

// Calls `read` with the name and the stream of the file at `path`.
absl::Status WithFile(
    const std::string& path, std::istream& standard_input,
    absl::FunctionRef<absl::Status(const std::string& name, std::istream& in)>
        read) {
  if (path == "-") return read("stdin", standard_input);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
  }
  return read(path, file);
}

// Whether the stream begins as recordings do, and JSON never.
bool MayBeRecording(std::istream& in) {
  return in.peek() ==
         std::istream::traits_type::to_int_type(kRecordingMagic[0]);
}

// Whether a line of JSON may end like this, and not go on in the next one.
bool IsComplete(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  return absl::EndsWith(line, "}") || absl::EndsWith(line, "]");
}

// Adds all that is left of `in`, up to one byte beyond the limit.
void AppendRest(std::istream& in, std::string& text) {
  text.push_back('\n');
  const size_t size = text.size();
  text.resize(kMaxLineBytes + 1);
  in.read(text.data() + size, static_cast<std::streamsize>(text.size() - size));
  text.resize(size + static_cast<size_t>(in.gcount()));
}

// Takes deliveries of a source apart.
class Deliveries {
 public:
  Deliveries(const rules::JsonSource& source, absl::Time arrival,
             const EventHandlers<rules::JsonEvent>& handlers)
      : source_(source),
        arrival_ns_(static_cast<uint64_t>(absl::ToUnixNanos(arrival))),
        handlers_(handlers) {}

  // Returns whether to go on.
  bool Take(const std::string& place, absl::string_view text) {
    absl::StatusOr<rules::Json> json =
        text.size() > kMaxLineBytes ? TooLong() : rules::ParseJson(text);
    if (!json.ok()) {
      handlers_.on_mistake(place, json.status());
      return true;
    }
    rules::JsonEvents made = source_.MakeEvents(*std::move(json), arrival_ns_);
    if (made.rejected > 0) {
      handlers_.on_mistake(
          place, absl::InvalidArgumentError(absl::StrCat(
                     "not an event of ", source_.name, ": ", made.rejected,
                     made.rejected == 1 ? " element that is no object"
                                        : " elements that are no objects")));
    }
    const bool is_single = made.events.size() == 1;
    for (size_t i = 0; i < made.events.size(); ++i) {
      made.events[i].number = ++events_;
      const std::string event_place =
          is_single ? place : absl::StrCat(place, "[", i, "]");
      if (!handlers_.on_event(event_place, made.events[i])) return false;
    }
    return true;
  }

 private:
  const rules::JsonSource& source_;
  const uint64_t arrival_ns_;
  const EventHandlers<rules::JsonEvent>& handlers_;
  uint64_t events_ = 0;
};

}  // namespace

absl::Status ReadEventFile(const std::string& path,
                           std::istream& standard_input,
                           const EventHandlers<rules::Event>& handlers) {
  uint64_t events = 0;
  const auto take = [&](const std::string& place, std::string& line) {
    const auto recorded = ReadEvent(place, line);
    if (!recorded.ok()) {
      handlers.on_mistake(place, recorded.status());
      return true;
    }
    rules::Event event = (*recorded)->event();
    event.number = ++events;
    return handlers.on_event(place, event);
  };
  return WithFile(
      path, standard_input, [&](const std::string& name, std::istream& in) {
        if (!MayBeRecording(in)) {
          return ReadLines(name, in, handlers.on_mistake, take);
        }
        return path == "-" ? absl::InvalidArgumentError(
                                 "standard input is no JSON; give a recording "
                                 "by its path")
                           : ReadRecording(path, handlers);
      });
}

absl::Status ReadJsonEventFile(
    const std::string& path, std::istream& standard_input,
    const rules::JsonSource& source, absl::Time arrival,
    const EventHandlers<rules::JsonEvent>& handlers) {
  Deliveries deliveries(source, arrival, handlers);
  bool is_first = true;
  return WithFile(
      path, standard_input, [&](const std::string& name, std::istream& in) {
        return ReadLines(
            name, in, handlers.on_mistake,
            [&](const std::string& place, std::string& line) {
              if (std::exchange(is_first, false) && !IsComplete(line)) {
                AppendRest(in, line);
              }
              return deliveries.Take(place, line);
            });
      });
}

absl::Status ReadDocumentFile(const std::string& path,
                              std::istream& standard_input,
                              const DocumentHandlers& handlers) {
  bool is_first = true;
  const auto read = [&](const std::string& name, std::istream& in) {
    return ReadLines(
        name, in, handlers.on_mistake,
        [&](const std::string& place, std::string& line) {
          if (std::exchange(is_first, false) && !IsComplete(line)) {
            AppendRest(in, line);
          }
          return handlers.on_document(place, line);
        });
  };
  if (path == "-") return read("stdin", standard_input);
  EYRIE_ASSIGN_OR_RETURN(const std::unique_ptr<GzipFile> file,
                         GzipFile::Open(path));
  std::istream in(file.get());
  EYRIE_RETURN_IF_ERROR(read(path, in));
  return file->error();
}

}  // namespace eyrie::cli

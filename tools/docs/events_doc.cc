// SPDX-License-Identifier: Apache-2.0

#include "tools/docs/events_doc.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"

namespace eyrie {
namespace {

constexpr EventCategory kCategories[] = {
    EventCategory::kProcess, EventCategory::kFile, EventCategory::kNetwork,
    EventCategory::kUser, EventCategory::kSnapshot};

constexpr char kIntroduction[] =
    R"(<!-- Made by `bazel run //tools/docs:events_doc > docs/events.md`. -->
# Events

What the sensor reports, as `evt.type = NAME` names it. An argument is read by
`evt.arg.NAME`, or by `evt.arg[SLOT]` with its slot; one without a name feeds
other fields and cannot be read by rules. The record that carries them is
described in `event_format.md`.

)";

constexpr char kFuture[] =
    R"(## Named, not carried yet

Rules may name these events. The sensor does not report them yet, so that no
such rule fires; loading one says so.

)";

absl::string_view Title(EventCategory category) {
  switch (category) {
    case EventCategory::kProcess:
      return "Processes";
    case EventCategory::kFile:
      return "Files";
    case EventCategory::kNetwork:
      return "Network";
    case EventCategory::kUser:
      return "Users";
    case EventCategory::kSnapshot:
      return "Snapshot";
  }
  return "";
}

void AppendEvent(const EventInfo& event, std::string* page) {
  absl::StrAppend(page, "### ", event.name, "\n\nId ", event.id,
                  ".\n\n| slot | argument | type | meaning |\n"
                  "|---:|---|---|---|\n");
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    const ArgumentInfo& argument = event.arguments[slot];
    const std::string name = argument.name.empty()
                                 ? absl::StrCat("(", argument.field, ")")
                                 : absl::StrCat("`", argument.name, "`");
    absl::StrAppend(
        page, "| ", slot, " | ", name, " | ", ArgumentTypeName(argument.type),
        " | ", absl::StrReplaceAll(argument.doc, {{"|", "\\|"}, {"*", "\\*"}}),
        " |\n");
  }
  *page += '\n';
}

// Words in lines of at most 80 columns.
void AppendWords(absl::Span<const absl::string_view> words, std::string* page) {
  size_t column = 0;
  for (const absl::string_view word : words) {
    const bool starts_line = column == 0 || column + 3 + word.size() > 80;
    if (column > 0) *page += starts_line ? "\n" : " ";
    column = starts_line ? 0 : column + 1;
    absl::StrAppend(page, "`", word, "`");
    column += word.size() + 2;
  }
  *page += '\n';
}

}  // namespace

std::string EventsDoc() {
  std::string page = kIntroduction;
  for (const EventCategory category : kCategories) {
    absl::StrAppend(&page, "## ", Title(category), "\n\n");
    for (const EventInfo& event : AllEvents()) {
      if (event.category == category) AppendEvent(event, &page);
    }
  }
  page += kFuture;
  AppendWords(FutureEventNames(), &page);
  return page;
}

}  // namespace eyrie

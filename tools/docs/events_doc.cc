// SPDX-License-Identifier: Apache-2.0

#include "tools/docs/events_doc.h"

#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"

namespace eyrie {
namespace {

struct Section {
  EventCategory category;
  absl::string_view title;
};

// In the order of the page.
constexpr Section kSections[] = {
    {EventCategory::kProcess, "Processes"},
    {EventCategory::kFile, "Files"},
    {EventCategory::kNetwork, "Network"},
    {EventCategory::kIoRead, "Reading"},
    {EventCategory::kIoWrite, "Writing"},
    {EventCategory::kIoOther, "Descriptors"},
    {EventCategory::kIpc, "Communication between processes"},
    {EventCategory::kMemory, "Memory"},
    {EventCategory::kSignal, "Signals"},
    {EventCategory::kSleep, "Sleeping"},
    {EventCategory::kTime, "Time"},
    {EventCategory::kWait, "Waiting"},
    {EventCategory::kScheduler, "Scheduler"},
    {EventCategory::kUser, "Users"},
    {EventCategory::kSystem, "System"},
    {EventCategory::kOther, "Others"},
    {EventCategory::kSnapshot, "Snapshot"},
};

static_assert(std::size(kSections) ==
                  static_cast<size_t>(EventCategory::kSnapshot) + 1,
              "every category has a section");

constexpr char kIntroduction[] =
    R"(<!-- Made by `bazel run //tools/docs:events_doc > docs/events.md`. -->
# Events

What the sensor reports, as `evt.type = NAME` names it. An argument is read by
`evt.arg.NAME`, or by `evt.arg[SLOT]` with its slot; one without a name feeds
other fields and cannot be read by rules. The record that carries them is
described in `event_format.md`.

)";

constexpr char kDescriptions[] =
    R"(## Descriptions of descriptors

The last arguments of each event that uses a descriptor or makes one say what it
is, as the kernel holds it. They have no names of their own: the fields `fd.*`
read them. The slots here are those of `close`.

)";

constexpr char kOtherCalls[] =
    R"(
## All other system calls

Each is an event of its own, `evt.type = getpid`, with the arguments as numbers.

)";

constexpr char kAliases[] =
    R"(
## Other names

The kernel has further names for some calls. A rule that names one is judged on
the event that tells of these calls; loading it says so.

)";

constexpr char kFuture[] =
    R"(
## Named, not carried yet

Rules may name these events. The sensor does not report them yet, so that no
such rule fires; loading one says so.

)";

// Whether the event is one of the many that carry nothing but the numbers that
// a system call got.
bool IsOtherCall(const EventInfo& event) {
  return !event.arguments.empty() &&
         event.arguments[0].type == ArgumentType::kSyscallId;
}

// The first of the arguments that describe a descriptor, of events that have
// them: they come last and are the same everywhere. Else the number of
// arguments.
size_t DescriptionOf(const EventInfo& event) {
  size_t slot = 0;
  while (slot < event.arguments.size() &&
         event.arguments[slot].field != "fd_path") {
    ++slot;
  }
  return slot;
}

// The arguments in the slots from `first` to before `end`.
void AppendArguments(const EventInfo& event, size_t first, size_t end,
                     std::string* page) {
  *page +=
      "| slot | argument | type | meaning |\n"
      "|---:|---|---|---|\n";
  for (size_t slot = first; slot < end; ++slot) {
    const ArgumentInfo& argument = event.arguments[slot];
    const std::string name = argument.name.empty()
                                 ? absl::StrCat("(", argument.field, ")")
                                 : absl::StrCat("`", argument.name, "`");
    absl::StrAppend(
        page, "| ", slot, " | ", name, " | ", ArgumentTypeName(argument.type),
        " | ", absl::StrReplaceAll(argument.doc, {{"|", "\\|"}, {"*", "\\*"}}),
        " |\n");
  }
}

void AppendEvent(const EventInfo& event, std::string* page) {
  absl::StrAppend(page, "### ", event.name, "\n\nId ", event.id, ".\n\n");
  const size_t description = DescriptionOf(event);
  AppendArguments(event, 0, description, page);
  if (description < event.arguments.size()) {
    absl::StrAppend(page, "| ", description,
                    "... | | | What the descriptor is, see [below]"
                    "(#descriptions-of-descriptors). |\n");
  }
  *page += '\n';
}

// Slots are those of `close`.
void AppendDescription(std::string* page) {
  const EventInfo& event = *FindEvent("close");
  AppendArguments(event, DescriptionOf(event), event.arguments.size(), page);
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

// The calls with the same arguments: those once, then the names.
void AppendOtherCalls(std::string* page) {
  std::vector<absl::string_view> names;
  for (const EventInfo& event : AllEvents()) {
    if (!IsOtherCall(event)) continue;
    if (names.empty()) {
      AppendArguments(event, 0, event.arguments.size(), page);
      *page += '\n';
    }
    names.push_back(event.name);
  }
  AppendWords(names, page);
}

void AppendAliases(std::string* page) {
  *page += "| name | event |\n|---|---|\n";
  for (const EventAlias& alias : EventAliases()) {
    absl::StrAppend(page, "| `", alias.name, "` | `", alias.event, "` |\n");
  }
}

}  // namespace

std::string EventsDoc() {
  std::string page = kIntroduction;
  for (const Section& section : kSections) {
    absl::StrAppend(&page, "## ", section.title, "\n\n");
    for (const EventInfo& event : AllEvents()) {
      if (event.category == section.category && !IsOtherCall(event)) {
        AppendEvent(event, &page);
      }
    }
  }
  page += kDescriptions;
  AppendDescription(&page);
  page += kOtherCalls;
  AppendOtherCalls(&page);
  page += kAliases;
  AppendAliases(&page);
  page += kFuture;
  AppendWords(FutureEventNames(), &page);
  return page;
}

}  // namespace eyrie

// SPDX-License-Identifier: Apache-2.0

#include "proto/event_catalog.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/record.h"

namespace eyrie {
namespace {

// TYPE_NEW_FD is ArgumentType::kNewFd.
#define TYPE(NAME, enumerator, slot) \
  constexpr ArgumentType TYPE_##NAME = ArgumentType::enumerator;
#include "proto/argument_types.def"

struct TypeTraits {
  absl::string_view name;
  bool is_variable;
};

// Index = the enum's value.
constexpr TypeTraits kTypes[] = {
#define TYPE(NAME, enumerator, slot) \
  {#NAME, std::is_same_v<slot, struct eyrie_ref>},
#include "proto/argument_types.def"
};

struct CategoryName {
  EventCategory category;
  absl::string_view name;
};

// Index = the enum's value.
constexpr CategoryName kCategories[] = {
    {EventCategory::kProcess, "PROCESS"},
    {EventCategory::kFile, "FILE"},
    {EventCategory::kNetwork, "NETWORK"},
    {EventCategory::kUser, "USER"},
    {EventCategory::kIoRead, "IO_READ"},
    {EventCategory::kIoWrite, "IO_WRITE"},
    {EventCategory::kIoOther, "IO_OTHER"},
    {EventCategory::kIpc, "IPC"},
    {EventCategory::kMemory, "MEMORY"},
    {EventCategory::kSignal, "SIGNAL"},
    {EventCategory::kSleep, "SLEEP"},
    {EventCategory::kTime, "TIME"},
    {EventCategory::kWait, "WAIT"},
    {EventCategory::kScheduler, "SCHEDULER"},
    {EventCategory::kSystem, "SYSTEM"},
    {EventCategory::kOther, "OTHER"},
    {EventCategory::kSnapshot, "SNAPSHOT"},
};

constexpr EventCategory CategoryOf(absl::string_view name) {
  for (const CategoryName& row : kCategories) {
    if (row.name == name) return row.category;
  }
  return EventCategory::kOther;
}

static_assert(
    [] {
      for (size_t i = 0; i < std::size(kCategories); ++i) {
        if (static_cast<size_t>(kCategories[i].category) != i) return false;
      }
      return true;
    }(),
    "kCategories is in the order of EventCategory");

constexpr bool IsCategory(absl::string_view text) {
  return kCategories[static_cast<size_t>(CategoryOf(text))].name == text;
}

#define EVENT(id, name, category) \
  static_assert(IsCategory(#category), #name " has a category that exists");
#include "proto/events.def"

// The arguments of all events, one event after the other.
constexpr ArgumentInfo kArguments[] = {
#define ARG(event, TYPE, field, argument, doc) \
  {TYPE_##TYPE, #field, argument, doc},
#include "proto/events.def"
};

constexpr EventInfo kEventHeads[] = {
#define EVENT(id, name, category) {id, #name, CategoryOf(#category), {}},
#include "proto/events.def"
};

constexpr size_t kEventCount = std::size(kEventHeads);

// Number of arguments of every event, in the order of proto/events.def.
constexpr std::array<size_t, kEventCount> kArgumentCounts = {
#define EVENT(id, name, category) EYRIE_SLOTS(name),
#include "proto/events.def"
};

// kEventHeads with their arguments, ascending by id.
constexpr std::array<EventInfo, kEventCount> kEvents = [] {
  std::array<EventInfo, kEventCount> events{};
  size_t first = 0;
  for (size_t i = 0; i < kEventCount; ++i) {
    events[i] = kEventHeads[i];
    events[i].arguments =
        absl::Span<const ArgumentInfo>(kArguments + first, kArgumentCounts[i]);
    first += kArgumentCounts[i];
  }
  std::sort(events.begin(), events.end(),
            [](const EventInfo& a, const EventInfo& b) { return a.id < b.id; });
  return events;
}();

static_assert(
    [] {
      size_t sum = 0;
      for (const size_t count : kArgumentCounts) sum += count;
      return sum == std::size(kArguments);
    }(),
    "the ARG lines of an event follow its EVENT line");

constexpr size_t kIdLimit = kEvents.back().id + 1;

// Index = id; the position in kEvents, or -1.
constexpr std::array<int16_t, kIdLimit> kPositions = [] {
  std::array<int16_t, kIdLimit> positions{};
  positions.fill(-1);
  for (size_t i = 0; i < kEventCount; ++i) {
    positions[kEvents[i].id] = static_cast<int16_t>(i);
  }
  return positions;
}();

// One line per event and argument; `with_docs` appends " # doc".
std::string CatalogText(bool with_docs) {
  std::string text;
  for (const EventInfo& event : kEvents) {
    absl::StrAppend(&text, "event ", event.id, " ", event.name, " ",
                    EventCategoryName(event.category), "\n");
    for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
      const ArgumentInfo& argument = event.arguments[slot];
      absl::StrAppend(&text, "  ", slot, " ", ArgumentTypeName(argument.type),
                      " ", argument.field, " ",
                      argument.name.empty() ? "-" : argument.name);
      if (with_docs) absl::StrAppend(&text, " # ", argument.doc);
      text += '\n';
    }
  }
  return text;
}

// FNV-1a: short, and the same on every build.
uint64_t Fnv1a(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

int EventInfo::FindArgument(absl::string_view name) const {
  if (name.empty()) return -1;
  for (size_t slot = 0; slot < arguments.size(); ++slot) {
    if (arguments[slot].name == name) return static_cast<int>(slot);
  }
  return -1;
}

absl::Span<const EventInfo> AllEvents() { return kEvents; }

const EventInfo* FindEvent(uint16_t id) {
  if (id >= kIdLimit || kPositions[id] < 0) return nullptr;
  return &kEvents[kPositions[id]];
}

const EventInfo* FindEvent(absl::string_view name) {
  for (const EventInfo& event : kEvents) {
    if (event.name == name) return &event;
  }
  return nullptr;
}

bool IsVariable(ArgumentType type) {
  return kTypes[static_cast<size_t>(type)].is_variable;
}

absl::string_view ArgumentTypeName(ArgumentType type) {
  return kTypes[static_cast<size_t>(type)].name;
}

absl::string_view EventCategoryName(EventCategory category) {
  return kCategories[static_cast<size_t>(category)].name;
}

uint64_t EventCatalogHash() {
  static const uint64_t hash = Fnv1a(CatalogText(/*with_docs=*/false));
  return hash;
}

std::string EventCatalogText() { return CatalogText(/*with_docs=*/true); }

}  // namespace eyrie

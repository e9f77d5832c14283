// SPDX-License-Identifier: Apache-2.0
//
// The event catalogue of proto/events.def as tables that programs can search.

#ifndef EYRIE_PROTO_EVENT_CATALOG_H_
#define EYRIE_PROTO_EVENT_CATALOG_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/record.h"

namespace eyrie {

// How a slot is read and printed.
enum class ArgumentType : uint8_t {
#define TYPE(NAME, enumerator, slot) enumerator,
#include "proto/argument_types.def"
};

// As evt.category has them; the kIo... of a descriptor go by what it is.
enum class EventCategory : uint8_t {
  kProcess,
  kFile,
  kNetwork,
  kUser,
  kIoRead,
  kIoWrite,
  kIoOther,
  kIpc,
  kMemory,
  kSignal,
  kSleep,
  kTime,
  kWait,
  kScheduler,
  kSystem,
  kOther,
  kSnapshot,
};

struct ArgumentInfo {
  ArgumentType type;
  absl::string_view field;  // name in the event's struct
  absl::string_view name;   // name in rules; empty if hidden
  absl::string_view doc;
};

struct EventInfo {
  uint16_t id;
  absl::string_view name;  // as in `evt.type = name`
  EventCategory category;
  absl::Span<const ArgumentInfo> arguments;  // index = slot

  // Slot of the argument called `name` in rules, or -1.
  int FindArgument(absl::string_view name) const;
};

// Every event, ascending by id. Static data: lives for ever.
absl::Span<const EventInfo> AllEvents();
// The event of that id or name, or null.
const EventInfo* FindEvent(uint16_t id);
const EventInfo* FindEvent(absl::string_view name);

// Whether slots of this type are {offset, length} into the tail.
bool IsVariable(ArgumentType type);

// Names as proto/events.def writes them: "NEW_FD", "PROCESS".
absl::string_view ArgumentTypeName(ArgumentType type);
absl::string_view EventCategoryName(EventCategory category);

// A hash of ids, names, types and order of all arguments: equal hashes mean
// that two programs were built from the same catalogue.
uint64_t EventCatalogHash();

// The catalogue as text, one line per event and argument: golden file and
// docs/events.md are made from it.
std::string EventCatalogText();

// Names of events that this catalogue does not carry yet but that rules may
// name (appendix A of the rule language). Sorted.
absl::Span<const absl::string_view> FutureEventNames();

// Another name of the call that an event tells of: pread64 of pread. No record
// has it, but rules may.
struct EventAlias {
  absl::string_view name;
  absl::string_view event;  // of this catalogue
};

// Sorted by name. Static data: lives for ever.
absl::Span<const EventAlias> EventAliases();
// The event that tells of the calls that `name` is another name of; empty if it
// is none.
absl::string_view EventOfAlias(absl::string_view name);

}  // namespace eyrie

#endif  // EYRIE_PROTO_EVENT_CATALOG_H_

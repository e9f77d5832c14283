// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_arg_fields.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "rules/check/types.h"
#include "rules/fields/argument_names.h"
#include "rules/fields/argument_text.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

// ---- which argument --------------------------------------------------------

absl::Status ResolveName(FieldArgument& argument) {
  argument.resolved = FindArgumentName(argument.key);
  if (argument.resolved >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("no event has an argument called `", argument.key, "`"));
}

absl::Status ResolveNameOrIndex(FieldArgument& argument) {
  if (!argument.is_index) return ResolveName(argument);
  if (argument.index < EYRIE_MAX_SLOTS) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("no event has more than ", EYRIE_MAX_SLOTS, " arguments"));
}

// Slot of the argument in this event; -1 if it has none of that name or number.
int SlotOf(const Event& event, const FieldArgument& argument) {
  const EventInfo* info = LayoutOf(event.record).info;
  if (info == nullptr) return -1;
  if (!argument.is_index) {
    return SlotOfArgument(info->id, argument.resolved);
  }
  const size_t slot = static_cast<size_t>(argument.index);
  // Arguments without a name feed other fields; rules do not see them.
  const bool is_visible =
      slot < info->arguments.size() && !info->arguments[slot].name.empty();
  return is_visible ? static_cast<int>(slot) : -1;
}

Extracted WithoutSlot(const Event& event) {
  return LayoutOf(event.record).info == nullptr ? Unknown() : Absent();
}

// ---- evt.arg ---------------------------------------------------------------

Extracted Argument(const Event& event, const FieldArgument& argument,
                   Scratch& scratch) {
  const int slot = SlotOf(event, argument);
  if (slot < 0) return WithoutSlot(event);
  // An older collector sends fewer.
  if (!event.record.has(slot)) return Unknown();
  return Text(ArgumentText(event, slot, scratch));
}

Extracted AllArguments(const Event& event, Scratch& scratch) {
  if (LayoutOf(event.record).info == nullptr) return Unknown();
  return Text(AllArgumentsText(event, scratch));
}

// ---- evt.rawarg ------------------------------------------------------------

// The type in which rules compare a raw argument.
struct RawType {
  FieldType type = FieldType::kUint64;
  // Ids of users and groups: the reference compares them by name alone.
  bool is_id = false;

  friend bool operator==(const RawType&, const RawType&) = default;
};

RawType RawTypeOf(ArgumentType type) {
  switch (type) {
    case ArgumentType::kInt64:
    case ArgumentType::kErrno:
    case ArgumentType::kFd:
    case ArgumentType::kNewFd:
    case ArgumentType::kPid:
      return {FieldType::kInt64};
    case ArgumentType::kBool:
      return {FieldType::kBool};
    case ArgumentType::kTime:
      return {FieldType::kAbsoluteTime};
    case ArgumentType::kStrings:
    case ArgumentType::kBytes:
    case ArgumentType::kFdList:
    case ArgumentType::kSockoptValue:
      return {FieldType::kBytes};
    case ArgumentType::kString:
    case ArgumentType::kPath:
    case ArgumentType::kRequestedPath:
    case ArgumentType::kSockaddr:
    case ArgumentType::kTuple:
      return {FieldType::kString};
    case ArgumentType::kUid:
    case ArgumentType::kGid:
      return {FieldType::kUint64, true};
    default:
      return {};
  }
}

struct NamedRawType {
  absl::string_view name;
  RawType type;
};

// Of names that stand for a text in one event and for a number in another, and
// whose first event here is not the one that decides in the reference.
constexpr NamedRawType kMixedTypes[] = {
    {"data", {FieldType::kBytes}},   // not of ptrace
    {"type", {FieldType::kUint64}},  // not of add_key and mount
    {"val", {FieldType::kBytes}},    // not of semctl and futex
};

// The type of the argument called `name`: that of the first event that has it.
// In events where it is a text and not a number, or the other way round,
// evt.rawarg has no value. The type of a future argument does not matter.
RawType RawTypeOfName(absl::string_view name) {
  for (const NamedRawType& mixed : kMixedTypes) {
    if (mixed.name == name) return mixed.type;
  }
  for (const EventInfo& event : AllEvents()) {
    const int slot = event.FindArgument(name);
    if (slot >= 0) return RawTypeOf(event.arguments[slot].type);
  }
  return {};
}

constexpr bool IsText(FieldType type) {
  return type == FieldType::kString || type == FieldType::kBytes;
}

template <bool is_text>
Extracted RawArgument(const Event& event, const FieldArgument& argument,
                      Scratch& scratch) {
  const int slot = SlotOf(event, argument);
  if (slot < 0) return WithoutSlot(event);
  if (!event.record.has(slot)) return Unknown();
  const ArgumentType type = LayoutOf(event.record).info->arguments[slot].type;
  if (IsText(RawTypeOf(type).type) != is_text) return Absent();
  if (type == ArgumentType::kSockaddr || type == ArgumentType::kTuple) {
    return Text(ArgumentText(event, slot, scratch));
  }
  return is_text ? Text(event.record.bytes(slot))
                 : Number(event.record.u64(slot));
}

template <RawType type>
absl::Status ResolveRawName(FieldArgument& argument) {
  const absl::Status status = ResolveName(argument);
  if (!status.ok() || RawTypeOfName(argument.key) == type) return status;
  // In brackets the name comes too late to choose the type.
  return absl::InvalidArgumentError(absl::StrCat(
      "write `evt.rawarg.", argument.key, "` instead of brackets"));
}

template <RawType type_of_argument>
constexpr FieldInfo RawArgumentOfType() {
  return {.name = "evt.rawarg",
          .type = type_of_argument.type,
          .argument_rule = ArgumentRule::kRequired,
          .argument_kind = ArgumentKind::kKey,
          .no_transformer = true,
          .doc =
              "One argument of the event with its own type, by name: "
              "evt.rawarg.res < 0. A name has one type in all events: where "
              "it is a text and not a number, or the other way round, there "
              "is no value.",
          .read = Read<RawArgument<IsText(type_of_argument.type)>>,
          .resolve = ResolveRawName<type_of_argument>,
          .only_exists = type_of_argument.is_id};
}

// The base of the family, for what has no type of its own.
constexpr FieldInfo kRawArgument = RawArgumentOfType<RawType{}>();

const FieldInfo kRawArgumentFields[] = {
    RawArgumentOfType<RawType{FieldType::kInt64}>(),
    RawArgumentOfType<RawType{FieldType::kUint64, true}>(),
    RawArgumentOfType<RawType{FieldType::kBool}>(),
    RawArgumentOfType<RawType{FieldType::kAbsoluteTime}>(),
    RawArgumentOfType<RawType{FieldType::kBytes}>(),
    RawArgumentOfType<RawType{FieldType::kString}>(),
};

// ---- evt.abspath -----------------------------------------------------------

constexpr int64_t kSourcePath = 1;
constexpr int64_t kTargetPath = 2;

absl::Status ResolvePath(FieldArgument& argument) {
  if (argument.key == "src") {
    argument.resolved = kSourcePath;
  } else if (argument.key == "dst") {
    argument.resolved = kTargetPath;
  } else if (argument.given) {
    return absl::InvalidArgumentError(absl::StrCat(
        "evt.abspath knows `src` and `dst`, not `", argument.key, "`"));
  }
  return absl::OkStatus();
}

Extracted AbsolutePathOf(const Event& event, const FieldArgument& argument,
                         Scratch& scratch) {
  const EventLayout& layout = LayoutOf(event.record);
  int slot = layout.requested_path;
  if (argument.resolved == kTargetPath) {
    slot = layout.new_path;
  } else if (argument.resolved == kSourcePath || slot < 0) {
    slot = layout.old_path;
  }
  if (slot < 0) return WithoutSlot(event);
  const absl::string_view path = RequestedPath(event, slot, scratch);
  return path.empty() ? Unknown() : Text(path);
}

const FieldInfo kFields[] = {
    {.name = "evt.arg",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .doc = "One argument of the event as text, by name (evt.arg.flags) or by "
            "number (evt.arg[0]).",
     .read = Read<Argument>,
     .resolve = ResolveNameOrIndex},
    kRawArgument,
    {.name = "evt.args",
     .type = FieldType::kString,
     .doc = "All arguments as name=value joined by blanks.",
     .read = Read<AllArguments>},
    {.name = "evt.info",
     .type = FieldType::kString,
     .doc = "As evt.args.",
     .read = Read<AllArguments>},
    {.name = "evt.abspath",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kKey,
     .doc = "Path that the call is about, made absolute, whatever its result; "
            "evt.abspath.src and evt.abspath.dst of calls with two.",
     .read = Read<AbsolutePathOf>,
     .resolve = ResolvePath},
};

}  // namespace

absl::Span<const FieldInfo> EvtArgFields() { return kFields; }

const FieldInfo* RawArgumentField(absl::string_view argument) {
  const RawType type = RawTypeOfName(argument);
  for (const FieldInfo& field : kRawArgumentFields) {
    if (field.type == type.type && field.only_exists == type.is_id) {
      return &field;
    }
  }
  return &kFields[1];
}

absl::string_view UnavailableArgument(const FieldArgument& argument) {
  return argument.is_index ? absl::string_view()
                           : FutureEventsOf(argument.resolved);
}

}  // namespace eyrie::rules

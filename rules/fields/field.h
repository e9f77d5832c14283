// SPDX-License-Identifier: Apache-2.0
//
// A field of the rule language: what it is called, what it means, how its value
// is read.

#ifndef EYRIE_RULES_FIELDS_FIELD_H_
#define EYRIE_RULES_FIELDS_FIELD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/check/types.h"
#include "rules/check/value.h"

namespace eyrie::rules {

struct Event;
class JsonPath;
class JsonReader;
class Scratch;

// Whether a field takes `[...]`.
enum class ArgumentRule : uint8_t {
  kNone,
  kOptional,  // proc.args, proc.args[1]
  kRequired,  // evt.arg[...]
};
// What may stand in the brackets.
enum class ArgumentKind : uint8_t { kNone, kIndex, kKey, kIndexOrKey };

// How a comparison deals with a field of several values.
enum class Quantifier : uint8_t {
  kScalar,  // one value
  kList,    // a list type: `in` wants every element, `intersects` any
  kAny,     // holds if any value satisfies; `!=` too (proc.aname)
  // Two ends or two names of one thing: `=` holds if either satisfies, `!=`
  // only if both differ (fd.ip, fd.port, fd.net, fd.name).
  kEither,
};

// Who can know the field's value for certain.
enum class Owner : uint8_t { kNode, kCentre };

// The parsed `[...]` of one use of a field.
struct FieldArgument {
  bool given = false;
  bool is_index = false;
  int64_t index = 0;
  std::string key;
  // Resolved once at check time where the field wants it (evt.arg.NAME: id of
  // the argument name); see FieldInfo::resolve.
  int64_t resolved = 0;
  // The key as a JSON pointer, parsed at check time (jevt.value[/stage]).
  std::shared_ptr<const JsonPath> path;
};

struct FieldInfo {
  absl::string_view name = {};  // "proc.name"
  FieldType type = FieldType::kString;
  Quantifier quantifier = Quantifier::kScalar;
  ArgumentRule argument_rule = ArgumentRule::kNone;
  ArgumentKind argument_kind = ArgumentKind::kNone;
  Owner owner = Owner::kNode;
  // Not in transformers and not on the right-hand side (section 8).
  bool no_transformer = false;
  // The catalogue knows the field but no value is carried yet: `read` gives
  // unknown, or absent where that is certain (container.* of host processes).
  // Rules that use it get a warning. The reason completes "not available yet:".
  absl::string_view unavailable = {};
  absl::string_view doc = {};

  // Reads the value from an event of the kernel; null for fields of JSON
  // events. Strings that do not stand in the event are built in `scratch`,
  // which lives as long as the event's evaluation. `out` is cleared first.
  void (*read)(const Event& event, const FieldArgument& argument,
               Scratch& scratch, FieldValues& out) = nullptr;
  // Checks and resolves an argument at check time; null if any will do. Returns
  // kInvalidArgument with a message for the author of the rule.
  absl::Status (*resolve)(FieldArgument& argument) = nullptr;

  // Width of an integer: literals beyond it are mistakes, negative ones on an
  // unsigned field wrap in it (user.uid = -1).
  uint8_t bits = 64;
  // Not on the right-hand side, although transformers take it (fd.types).
  bool no_right_side = false;
  // No operator but `exists` (raw ids whose comparison the reference refuses).
  bool only_exists = false;
  // The values are domain names: not read from the event, but those that rules
  // mention and that resolve to an address of it. No operator but =, !=, in and
  // exists; `!=` holds for an address without a name, too (fd.sip.name).
  bool is_domain = false;
  // Reads the value from a JSON event (rules/json/json_reader.h); null for
  // fields of the kernel's events.
  const JsonReader* json = nullptr;
  // The field as the reference has it, for rules that depend on it
  // (rules/compat.h): of the same name and type. Null if it is the same.
  const FieldInfo* in_reference = nullptr;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_FIELD_H_

// SPDX-License-Identifier: Apache-2.0
//
// Which types of events a condition can match.

#ifndef EYRIE_RULES_RULESET_EVENT_TYPE_INDEX_H_
#define EYRIE_RULES_RULESET_EVENT_TYPE_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "rules/check/bound_expr.h"

namespace eyrie::rules {

// A condition as it remains for events of one type.
struct TypedCondition {
  uint16_t type = 0;
  BoundExprPtr condition;  // never constantly false
};

// What one condition says about event types.
struct EventTypes {
  // Ascending by type; events of other types cannot match.
  std::vector<TypedCondition> conditions;
  // Whether it can match events of every type there is, those that rules may
  // name but no record carries yet included.
  bool matches_all = false;
  // Whether it can match an event whose type it does not name.
  bool matches_unnamed = false;
  // Types the condition names and could match, but that no record carries yet.
  // Empty if matches_unnamed.
  std::vector<std::string> missing;
};

// The event types of each condition. Sound: if a condition can be true or
// unknown for an event, the event's type is among its types. Snapshots are
// never judged.
//
// Thread safety: a pure function.
std::vector<EventTypes> InferEventTypes(
    absl::Span<const BoundExprPtr> conditions);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_EVENT_TYPE_INDEX_H_

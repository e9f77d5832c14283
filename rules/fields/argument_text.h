// SPDX-License-Identifier: Apache-2.0
//
// Arguments of events as text: what evt.arg.* and evt.args say.

#ifndef EYRIE_RULES_FIELDS_ARGUMENT_TEXT_H_
#define EYRIE_RULES_FIELDS_ARGUMENT_TEXT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// The argument in `slot` for comparisons: names of flags joined by `|`, the
// name of an errno, user, group, signal or process, paths made absolute,
// "5(<f>/etc/passwd)" for the event's descriptor. Empty ones are the text
// "<NA>", or "NULL" if they are lists or addresses.
//
// REQUIRES: the event type is known and has the slot.
absl::string_view ArgumentText(const Event& event, int slot, Scratch& scratch);

// The name of an errno, of either sign; its number if it has none.
absl::string_view ErrorText(int64_t error, Scratch& scratch);

// All arguments that rules know as `name=value` joined by blanks. A value that
// has a name of its own stands before it: `res=-2(ENOENT) uid=0(root)`.
absl::string_view AllArgumentsText(const Event& event, Scratch& scratch);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_ARGUMENT_TEXT_H_

// SPDX-License-Identifier: Apache-2.0
//
// Paths that an event's arguments name.

#ifndef EYRIE_RULES_FIELDS_EVENT_PATHS_H_
#define EYRIE_RULES_FIELDS_EVENT_PATHS_H_

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

// The path in `slot`, absolute and normal. Empty if the record does not say: it
// has no path there, or a relative one and not the directory that it starts
// from.
absl::string_view RequestedPath(const Event& event, int slot, Scratch& scratch);

// The path in `slot` as given; empty if there is none.
absl::string_view RawPath(const Event& event, int slot);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVENT_PATHS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Names of event arguments as numbers, and their slots by event type.

#ifndef EYRIE_RULES_FIELDS_ARGUMENT_NAMES_H_
#define EYRIE_RULES_FIELDS_ARGUMENT_NAMES_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// The number of the argument called `name` in rules, of some event of this
// catalogue or of the reference's; -1 if no event has it. Numbers hold for this
// process only.
int64_t FindArgumentName(absl::string_view name);

// Slot of the argument in events of `type`, or -1. A table look-up.
// REQUIRES: `argument` came from FindArgumentName() and is not -1.
int SlotOfArgument(uint16_t type, int64_t argument);

// If only events that the sensor does not report yet have the argument, what
// they are ("events bpf, fcntl (later sensor work)"), else empty. Lives for
// ever. REQUIRES: as SlotOfArgument().
absl::string_view FutureEventsOf(int64_t argument);

// All names, sorted: for hints and docs.
std::vector<absl::string_view> AllArgumentNames();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_ARGUMENT_NAMES_H_

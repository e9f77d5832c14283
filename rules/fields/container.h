// SPDX-License-Identifier: Apache-2.0
//
// Whether an event happened in a container.

#ifndef EYRIE_RULES_FIELDS_CONTAINER_H_
#define EYRIE_RULES_FIELDS_CONTAINER_H_

#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"
#include "rules/fields/extractor.h"

namespace eyrie::rules {

enum class Place : uint8_t { kUnknown, kHost, kContainer };

// Where the acting process ran when the event happened. Gives the container's
// full id if it ran in one. Unknown if its cgroup is, or if it has moved to
// another cgroup since the path was read.
Place PlaceOf(const Event& event, absl::string_view* container_id);

// container.id: "host" or the first 12 digits.
Extracted ContainerId(const Event& event);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_CONTAINER_H_

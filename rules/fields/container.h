// SPDX-License-Identifier: Apache-2.0
//
// Whether an event happened in a container, and in which.

#ifndef EYRIE_RULES_FIELDS_CONTAINER_H_
#define EYRIE_RULES_FIELDS_CONTAINER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"

namespace eyrie::rules {

enum class Place : uint8_t { kUnknown, kHost, kContainer };

// Where the acting process ran when the event happened. Gives the container's
// full id if it ran in one.
//
// The event's control group decides, if its batch names it: a process that was
// moved into a container's is in the container. Otherwise the path that is
// known of the process does; unknown if there is none, or if the process has
// moved to another control group since.
Place PlaceOf(const Event& event, absl::string_view* container_id);

// Where another process of the event ran, as known when its facts were read.
Place PlaceOf(const Event& event, const v1::Process& process,
              absl::string_view* container_id);

// What is known of the event's container.
struct KnownContainer {
  // Null if there is none or nothing is known of it.
  const v1::Container* facts = nullptr;
  // Why `facts` is null: absent on the host, else unknown.
  Presence presence = Presence::kUnknown;
};
KnownContainer ContainerOf(const Event& event);

// What it means that a fact is not in `container`: the runtime knows no such
// thing, or was too late, and it is absent; or `container` does not say how
// much is known, and it is unknown.
Presence MissingFact(const v1::Container& container);

// container.id: "host" or the first 12 digits.
Extracted ContainerId(const Event& event);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_CONTAINER_H_

// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container.h"

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/value.h"
#include "rules/fields/container_id.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"

namespace eyrie::rules {
namespace {

// What the batch says of the control group; nothing if it does not name it.
std::optional<Place> PlaceOfCgroup(const Event& event, uint64_t cgroup_id,
                                   absl::string_view* container_id) {
  if (event.containers == nullptr || cgroup_id == 0) return std::nullopt;
  const v1::Cgroup* cgroup = event.containers->FindCgroup(cgroup_id);
  if (cgroup == nullptr) return std::nullopt;
  if (cgroup->is_unknown()) return Place::kUnknown;
  *container_id = cgroup->container_id();
  return container_id->empty() ? Place::kHost : Place::kContainer;
}

Place PlaceOfPath(absl::string_view path, absl::string_view* container_id) {
  if (path.empty()) return Place::kUnknown;
  *container_id = FullContainerId(path);
  return container_id->empty() ? Place::kHost : Place::kContainer;
}

}  // namespace

Place PlaceOf(const Event& event, absl::string_view* container_id) {
  const uint64_t now = event.record.cgroup_id();
  if (const auto place = PlaceOfCgroup(event, now, container_id)) return *place;
  if (event.process == nullptr) return Place::kUnknown;
  const v1::Process& facts = event.process->facts();
  if (facts.cgroup_id() != 0 && now != 0 && facts.cgroup_id() != now) {
    return Place::kUnknown;
  }
  return PlaceOfPath(facts.cgroup(), container_id);
}

Place PlaceOf(const Event& event, const v1::Process& process,
              absl::string_view* container_id) {
  if (const auto place =
          PlaceOfCgroup(event, process.cgroup_id(), container_id)) {
    return *place;
  }
  return PlaceOfPath(process.cgroup(), container_id);
}

KnownContainer ContainerOf(const Event& event) {
  absl::string_view id;
  switch (PlaceOf(event, &id)) {
    case Place::kUnknown:
      return {nullptr, Presence::kUnknown};
    case Place::kHost:
      return {nullptr, Presence::kAbsent};
    case Place::kContainer:
      break;
  }
  if (event.containers == nullptr) return {nullptr, Presence::kUnknown};
  const v1::Container* facts = event.containers->FindContainer(id);
  return {facts, facts == nullptr ? Presence::kUnknown : Presence::kPresent};
}

Presence MissingFact(const v1::Container& container) {
  return container.metadata() == v1::Container::METADATA_UNSPECIFIED
             ? Presence::kUnknown
             : Presence::kAbsent;
}

Extracted ContainerId(const Event& event) {
  absl::string_view id;
  switch (PlaceOf(event, &id)) {
    case Place::kUnknown:
      return Unknown();
    case Place::kHost:
      return Text("host");
    case Place::kContainer:
      return Text(id.substr(0, kShortContainerIdLength));
  }
  return Unknown();
}

}  // namespace eyrie::rules

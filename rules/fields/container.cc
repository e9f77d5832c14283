// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container.h"

#include <cstdint>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/container_id.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"

namespace eyrie::rules {

Place PlaceOf(const Event& event, absl::string_view* container_id) {
  if (event.process == nullptr) return Place::kUnknown;
  const v1::Process& facts = event.process->facts();
  if (facts.cgroup().empty()) return Place::kUnknown;
  const uint64_t now = event.record.cgroup_id();
  if (facts.cgroup_id() != 0 && now != 0 && facts.cgroup_id() != now) {
    return Place::kUnknown;
  }
  *container_id = FullContainerId(facts.cgroup());
  return container_id->empty() ? Place::kHost : Place::kContainer;
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

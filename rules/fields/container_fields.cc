// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container_fields.h"

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/types.h"
#include "rules/fields/container.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kNoMetadata = "container metadata";

Extracted FullId(const Event& event) {
  absl::string_view id;
  switch (PlaceOf(event, &id)) {
    case Place::kUnknown:
      return Unknown();
    case Place::kHost:
      return Absent();
    case Place::kContainer:
      return Text(id);
  }
  return Unknown();
}

// What only the container runtime knows. Processes of the host have none.
Extracted OfRuntime(const Event& event) {
  absl::string_view id;
  return PlaceOf(event, &id) == Place::kHost ? Absent() : Unknown();
}

// As OfRuntime(), for facts about processes: false on the host.
Extracted IsProbe(const Event& event) {
  absl::string_view id;
  return PlaceOf(event, &id) == Place::kHost ? Bool(false) : Unknown();
}

const FieldInfo kFields[] = {
    {.name = "container.id",
     .type = FieldType::kString,
     .doc = "First 12 digits of the container's id; host outside of any.",
     .read = Read<ContainerId>},
    {.name = "container.full_id",
     .type = FieldType::kString,
     .doc = "Id of the container.",
     .read = Read<FullId>},
    {.name = "container.cni.json",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Network of the pod as the runtime gives it, JSON.",
     .read = Read<OfRuntime>},
    {.name = "container.duration",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoMetadata,
     .doc = "Age of the container, ns.",
     .read = Read<OfRuntime>},
    {.name = "container.healthcheck",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Command of the container's health check.",
     .read = Read<OfRuntime>},
    {.name = "container.host_ipc",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the container shares the IPC namespace of the host.",
     .read = Read<OfRuntime>},
    {.name = "container.host_network",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the container shares the network namespace of the host.",
     .read = Read<OfRuntime>},
    {.name = "container.host_pid",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the container shares the pid namespace of the host.",
     .read = Read<OfRuntime>},
    {.name = "container.image",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Image with repository and tag.",
     .read = Read<OfRuntime>},
    {.name = "container.image.digest",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Digest of the image.",
     .read = Read<OfRuntime>},
    {.name = "container.image.id",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Id of the image.",
     .read = Read<OfRuntime>},
    {.name = "container.image.repository",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Image without tag.",
     .read = Read<OfRuntime>},
    {.name = "container.image.tag",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Tag of the image.",
     .read = Read<OfRuntime>},
    {.name = "container.ip",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Address of the container.",
     .read = Read<OfRuntime>},
    {.name = "container.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .unavailable = kNoMetadata,
     .doc = "One label of the container.",
     .read = Read<OfRuntime>},
    {.name = "container.labels",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "All labels of the container, key:value joined by commas.",
     .read = Read<OfRuntime>},
    {.name = "container.liveness_probe",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Command of the container's liveness probe.",
     .read = Read<OfRuntime>},
    {.name = "container.mount",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .unavailable = kNoMetadata,
     .doc = "One mount, by number or by a glob of its source.",
     .read = Read<OfRuntime>},
    {.name = "container.mount.dest",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .unavailable = kNoMetadata,
     .doc = "Destination of one mount, by number or by a glob of its source.",
     .read = Read<OfRuntime>},
    {.name = "container.mount.mode",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .unavailable = kNoMetadata,
     .doc = "Mode of one mount, by number or by a glob of its destination.",
     .read = Read<OfRuntime>},
    {.name = "container.mount.propagation",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .unavailable = kNoMetadata,
     .doc = "Propagation of one mount, by number or by a glob of its "
            "destination.",
     .read = Read<OfRuntime>},
    {.name = "container.mount.rdwr",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .unavailable = kNoMetadata,
     .doc = "Whether one mount is writable, by number or by a glob of its "
            "destination.",
     .read = Read<OfRuntime>},
    {.name = "container.mount.source",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .unavailable = kNoMetadata,
     .doc = "Source of one mount, by number or by a glob of its destination.",
     .read = Read<OfRuntime>},
    {.name = "container.mounts",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "All mounts as source:destination:mode:writable:propagation "
            "joined by commas.",
     .read = Read<OfRuntime>},
    {.name = "container.name",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Name of the container.",
     .read = Read<OfRuntime>},
    {.name = "container.privileged",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the container is privileged.",
     .read = Read<OfRuntime>},
    {.name = "container.readiness_probe",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Command of the container's readiness probe.",
     .read = Read<OfRuntime>},
    {.name = "container.start_ts",
     .type = FieldType::kAbsoluteTime,
     .unavailable = kNoMetadata,
     .doc = "Start of the container, ns since the epoch.",
     .read = Read<OfRuntime>},
    {.name = "container.type",
     .type = FieldType::kString,
     .unavailable = kNoMetadata,
     .doc = "Runtime of the container.",
     .read = Read<OfRuntime>},
    {.name = "proc.is_container_healthcheck",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the process is the container's health check.",
     .read = Read<IsProbe>},
    {.name = "proc.is_container_liveness_probe",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the process is the container's liveness probe.",
     .read = Read<IsProbe>},
    {.name = "proc.is_container_readiness_probe",
     .type = FieldType::kBool,
     .unavailable = kNoMetadata,
     .doc = "Whether the process is the container's readiness probe.",
     .read = Read<IsProbe>},
};

}  // namespace

absl::Span<const FieldInfo> ContainerFields() { return kFields; }

}  // namespace eyrie::rules

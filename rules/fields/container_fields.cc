// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container_fields.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/fields/container.h"
#include "rules/fields/container_facts.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/label_text.h"

namespace eyrie::rules {
namespace {

using v1::Container;

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

// "host" outside of containers, as in the reference.
Extracted Name(const Event& event) {
  absl::string_view id;
  if (PlaceOf(event, &id) == Place::kHost) return Text("host");
  return OfContainer<&Container::name>(event);
}

template <bool (Container::*Has)() const, bool (Container::*Get)() const>
Extracted Flag(const Container& container) {
  if (!(container.*Has)()) return {MissingFact(container), {}};
  return Bool((container.*Get)());
}

template <bool (Container::*Has)() const,
          const Container::Probe& (Container::*Get)() const>
Extracted Command(const Container& container, Scratch& scratch) {
  if (!(container.*Has)()) return {MissingFact(container), {}};
  return Text(scratch.Keep(absl::StrJoin((container.*Get)().command(), " ")));
}

Extracted Start(const Container& container) {
  if (container.start_time_ns() == 0) return {MissingFact(container), {}};
  return Number(container.start_time_ns());
}

// The runtime notes the start when the first events are over: they are of age
// 0.
Extracted Age(const Event& event) {
  const Extracted start = OfContainer<Start>(event);
  if (start.presence != Presence::kPresent) return start;
  const uint64_t now_ns =
      event.record.time_ns() + static_cast<uint64_t>(event.clock_offset_ns);
  return Number(now_ns > start.value.number ? now_ns - start.value.number : 0);
}

Extracted Label(const Event& event, const FieldArgument& argument, Scratch&) {
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) return {container.presence, {}};
  const auto& labels = container.facts->labels();
  const auto it = labels.find(argument.key);
  if (it == labels.end()) return {MissingFact(*container.facts), {}};
  return Text(it->second);
}

Extracted Labels(const Container& container, Scratch& scratch) {
  return TextOrMissing(container, LabelsText(container.labels(), scratch));
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
     .doc = "Network of the container's pod as the runtime gives it, JSON.",
     .read = Read<OfContainer<&Container::cni_json>>},
    {.name = "container.duration",
     .type = FieldType::kRelativeTime,
     .doc = "Age of the container, ns.",
     .read = Read<Age>},
    {.name = "container.healthcheck",
     .type = FieldType::kString,
     .doc = "Command of the container's health check, joined by blanks.",
     .read = Read<OfContainer<
         Command<&Container::has_healthcheck, &Container::healthcheck>>>},
    {.name = "container.host_ipc",
     .type = FieldType::kBool,
     .doc = "Whether the container shares the IPC namespace of the host.",
     .read = Read<
         OfContainer<Flag<&Container::has_host_ipc, &Container::host_ipc>>>},
    {.name = "container.host_network",
     .type = FieldType::kBool,
     .doc = "Whether the container shares the network namespace of the host.",
     .read = Read<OfContainer<
         Flag<&Container::has_host_network, &Container::host_network>>>},
    {.name = "container.host_pid",
     .type = FieldType::kBool,
     .doc = "Whether the container shares the pid namespace of the host.",
     .read = Read<
         OfContainer<Flag<&Container::has_host_pid, &Container::host_pid>>>},
    {.name = "container.image",
     .type = FieldType::kString,
     .doc = "Image as it was asked for, with repository and tag or digest.",
     .read = Read<OfContainer<&Container::image>>},
    {.name = "container.image.digest",
     .type = FieldType::kString,
     .doc = "Digest of the image, as sha256:….",
     .read = Read<OfContainer<&Container::image_digest>>},
    {.name = "container.image.id",
     .type = FieldType::kString,
     .doc = "Id of the image.",
     .read = Read<OfContainer<&Container::image_id>>},
    {.name = "container.image.repository",
     .type = FieldType::kString,
     .doc = "Image without tag and digest: docker.io/library/nginx.",
     .read = Read<OfContainer<&Container::image_repository>>},
    {.name = "container.image.tag",
     .type = FieldType::kString,
     .doc = "Tag of the image.",
     .read = Read<OfContainer<&Container::image_tag>>},
    {.name = "container.ip",
     .type = FieldType::kString,
     .doc = "Address of the container, the first IPv4 one if it has one.",
     .read = Read<OfContainer<PrimaryIp>>},
    {.name = "container.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .doc = "One label of the container.",
     .read = Read<Label>},
    {.name = "container.labels",
     .type = FieldType::kString,
     .doc = "Labels of the container but those that begin with "
            "io.kubernetes., key:value joined by commas.",
     .read = Read<OfContainer<Labels>>},
    {.name = "container.liveness_probe",
     .type = FieldType::kString,
     .doc = "Command of the container's liveness probe, joined by blanks.",
     .read = Read<OfContainer<
         Command<&Container::has_liveness_probe, &Container::liveness_probe>>>},
    {.name = "container.name",
     .type = FieldType::kString,
     .doc = "Name of the container; host outside of any.",
     .read = Read<Name>},
    {.name = "container.privileged",
     .type = FieldType::kBool,
     .doc = "Whether the container is privileged.",
     .read = Read<OfContainer<
         Flag<&Container::has_privileged, &Container::privileged>>>},
    {.name = "container.readiness_probe",
     .type = FieldType::kString,
     .doc = "Command of the container's readiness probe, joined by blanks.",
     .read = Read<OfContainer<Command<&Container::has_readiness_probe,
                                      &Container::readiness_probe>>>},
    {.name = "container.start_ts",
     .type = FieldType::kAbsoluteTime,
     .doc = "Start of the container, ns since the epoch.",
     .read = Read<OfContainer<Start>>},
    {.name = "container.type",
     .type = FieldType::kString,
     .doc = "Runtime of the container: docker, podman, containerd, cri-o, lxc, "
            "systemd-nspawn.",
     .read = Read<OfContainer<&Container::runtime>>},
};

}  // namespace

absl::Span<const FieldInfo> ContainerFields() { return kFields; }

}  // namespace eyrie::rules

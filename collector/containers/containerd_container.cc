// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/containerd_container.h"

#include <string>

#include "absl/status/statusor.h"

#include "collector/containers/cri_container.h"
#include "collector/containers/image_name.h"
#include "collector/containers/json_value.h"
#include "collector/containers/oci_spec.h"

namespace eyrie::collector {
namespace {

namespace containerd = runtimes::containerd;

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

std::string Annotation(const v1::Container& container, const char* name) {
  const auto found = container.annotations().find(name);
  return found == container.annotations().end() ? std::string() : found->second;
}

void ReadCriAnnotations(v1::Container* container) {
  container->set_pod_sandbox_id(
      Annotation(*container, "io.kubernetes.cri.sandbox-id"));
  container->set_pod_name(
      Annotation(*container, "io.kubernetes.cri.sandbox-name"));
  container->set_pod_namespace(
      Annotation(*container, "io.kubernetes.cri.sandbox-namespace"));
  container->set_pod_uid(
      Annotation(*container, "io.kubernetes.cri.sandbox-uid"));
  const std::string name =
      Annotation(*container, "io.kubernetes.cri.container-name");
  if (!name.empty()) container->set_name(name);
  const std::string image =
      Annotation(*container, "io.kubernetes.cri.image-name");
  if (!image.empty()) SetImage(image, container);
  ReadPodLabels(container);
}

std::string LabelOf(const containerd::Container& container, const char* name) {
  const auto found = container.labels().find(name);
  return found == container.labels().end() ? std::string() : found->second;
}

template <typename Event>
Event Decode(const containerd::Envelope& envelope) {
  Event event;
  if (!event.ParseFromString(envelope.event().value())) event.Clear();
  return event;
}

}  // namespace

CriKind CriKindOf(const containerd::Container& container) {
  const std::string kind = LabelOf(container, "io.cri-containerd.kind");
  return kind == "container" ? CriKind::kContainer
         : kind == "sandbox" ? CriKind::kSandbox
                             : CriKind::kNone;
}

KnownContainer ReadContainerdContainer(
    const containerd::Container& container,
    const std::string& containerd_namespace) {
  KnownContainer known;
  v1::Container& read = known.container;
  read.set_id(container.id());
  known.is_second_hand = containerd_namespace == kDockerNamespace;
  read.set_runtime(known.is_second_hand ? "docker" : "containerd");
  const std::string name = LabelOf(container, "nerdctl/name");
  read.set_name(name.empty() ? container.id() : name);
  *read.mutable_labels() = container.labels();
  read.set_create_time_ns(
      static_cast<uint64_t>(container.created_at().seconds()) *
          kNanosecondsPerSecond +
      static_cast<uint64_t>(container.created_at().nanos()));
  if (!container.image().empty()) SetImage(container.image(), &read);
  const absl::StatusOr<nlohmann::json> spec =
      ParseJsonText(container.spec().value());
  if (spec.ok()) ReadOciSpec(JsonValue(&*spec), &known);
  read.set_is_sandbox(CriKindOf(container) == CriKind::kSandbox);
  if (CriKindOf(container) != CriKind::kNone) ReadCriAnnotations(&read);
  return known;
}

RuntimeEvent ReadContainerdEvent(const containerd::Envelope& event) {
  using Kind = RuntimeEvent::Kind;
  const std::string& topic = event.topic();
  if (topic == "/containers/create" || topic == "/containers/update") {
    return {Kind::kChanged, Decode<containerd::ContainerEvent>(event).id()};
  }
  if (topic == "/containers/delete") {
    return {Kind::kEnded, Decode<containerd::ContainerEvent>(event).id()};
  }
  if (topic == "/tasks/start") {
    return {Kind::kChanged,
            Decode<containerd::TaskEvent>(event).container_id()};
  }
  if (topic == "/tasks/exit") {
    const auto exit = Decode<containerd::TaskExit>(event);
    // Processes that were added end likewise.
    if (exit.id() == exit.container_id()) return {Kind::kEnded, exit.id()};
  }
  return {};
}

}  // namespace eyrie::collector

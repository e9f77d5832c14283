// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/k8s_fields.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/container_facts.h"
#include "rules/fields/container_id.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/k8s_objects.h"
#include "rules/fields/pod.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::rules {
namespace {

using v1::Container;

// What containers outside of pods have, too.
Extracted PodIp(const Container& container) {
  if (!IsInPod(container)) return {MissingFact(container), {}};
  return PrimaryIp(container);
}

Extracted PodNetwork(const Container& container) {
  if (!IsInPod(container)) return {MissingFact(container), {}};
  return TextOrMissing(container, container.cni_json());
}

Extracted ShortSandboxId(const Container& container) {
  return TextOrMissing(container, absl::string_view(container.pod_sandbox_id())
                                      .substr(0, kShortContainerIdLength));
}

Extracted NodeName(const Event& event) {
  const KnownPod pod = PodOf(event);
  if (pod.facts == nullptr) return {pod.presence, {}};
  return NonEmpty(pod.facts->node);
}

// The values that F gives, joined by commas.
template <auto F>
void Joined(const Event& event, const FieldArgument& argument, Scratch& scratch,
            FieldValues& out) {
  F(event, argument, scratch, out);
  if (out.values.size() < 2) return;
  std::string& text = scratch.Buffer();
  for (const Value& value : out.values) {
    absl::StrAppend(&text, text.empty() ? "" : ",", value.text);
  }
  out.Set(Value::Text(scratch.Keep(text)));
}

const FieldInfo kFields[] = {
    {.name = "k8s.deployment.id",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's deployment.",
     .read = Read<UidOf<The<&PodFacts::deployment>>>},
    {.name = "k8s.deployment.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's deployment.",
     .read = Read<LabelOf<The<&PodFacts::deployment>>>},
    {.name = "k8s.deployment.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's deployment, key:value joined by commas.",
     .read = Read<LabelsOf<The<&PodFacts::deployment>>>},
    {.name = "k8s.deployment.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the pod's deployment.",
     .read = Read<NameOf<The<&PodFacts::deployment>>>},
    {.name = "k8s.node.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's node.",
     .read = Read<LabelOf<The<&PodFacts::node_object>>>},
    {.name = "k8s.node.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's node, key:value joined by commas.",
     .read = Read<LabelsOf<The<&PodFacts::node_object>>>},
    {.name = "k8s.node.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the node that the pod runs on.",
     .read = Read<NodeName>},
    {.name = "k8s.ns.id",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's namespace.",
     .read = Read<UidOf<The<&PodFacts::namespace_object>>>},
    {.name = "k8s.ns.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's namespace.",
     .read = Read<LabelOf<The<&PodFacts::namespace_object>>>},
    {.name = "k8s.ns.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's namespace, key:value joined by commas.",
     .read = Read<LabelsOf<The<&PodFacts::namespace_object>>>},
    {.name = "k8s.ns.name",
     .type = FieldType::kString,
     .doc = "Namespace of the pod.",
     .read = Read<OfContainer<&Container::pod_namespace>>},
    {.name = "k8s.pod.cni.json",
     .type = FieldType::kString,
     .doc = "Network of the pod as the runtime gives it, JSON.",
     .read = Read<OfContainer<PodNetwork>>},
    {.name = "k8s.pod.full_sandbox_id",
     .type = FieldType::kString,
     .doc = "Id of the pod's sandbox.",
     .read = Read<OfContainer<&Container::pod_sandbox_id>>},
    {.name = "k8s.pod.id",
     .type = FieldType::kString,
     .doc = "Deprecated. k8s.pod.uid.",
     .read = Read<OfContainer<&Container::pod_uid>>},
    {.name = "k8s.pod.ip",
     .type = FieldType::kString,
     .doc = "Address of the pod, the first IPv4 one if it has one.",
     .read = Read<OfContainer<PodIp>>},
    {.name = "k8s.pod.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod.",
     .read = Read<LabelOf<ThePod>>},
    {.name = "k8s.pod.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod, key:value joined by commas.",
     .read = Read<LabelsOf<ThePod>>},
    {.name = "k8s.pod.name",
     .type = FieldType::kString,
     .doc = "Name of the pod.",
     .read = Read<OfContainer<&Container::pod_name>>},
    {.name = "k8s.pod.sandbox_id",
     .type = FieldType::kString,
     .doc = "First 12 digits of the id of the pod's sandbox.",
     .read = Read<OfContainer<ShortSandboxId>>},
    {.name = "k8s.pod.uid",
     .type = FieldType::kString,
     .doc = "Uid of the pod.",
     .read = Read<OfContainer<&Container::pod_uid>>},
    {.name = "k8s.rc.id",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's replication controller.",
     .read = Read<UidOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8s.rc.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's replication controller.",
     .read = Read<LabelOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8s.rc.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's replication controller, key:value joined "
            "by commas.",
     .read = Read<LabelsOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8s.rc.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the pod's replication controller.",
     .read = Read<NameOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8s.rs.id",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's replica set.",
     .read = Read<UidOf<The<&PodFacts::replica_set>>>},
    {.name = "k8s.rs.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's replica set.",
     .read = Read<LabelOf<The<&PodFacts::replica_set>>>},
    {.name = "k8s.rs.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's replica set, key:value joined by commas.",
     .read = Read<LabelsOf<The<&PodFacts::replica_set>>>},
    {.name = "k8s.rs.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the pod's replica set.",
     .read = Read<NameOf<The<&PodFacts::replica_set>>>},
    {.name = "k8s.svc.id",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uids of the services that take the pod, joined by commas.",
     .read = Read<Joined<ServiceUids>>},
    {.name = "k8s.svc.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "Values of one label of the services that take the pod, joined by "
            "commas.",
     .read = Read<Joined<ServiceLabel>>},
    {.name = "k8s.svc.labels",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "All labels of the services that take the pod, key:value joined by "
            "commas.",
     .read = Read<Joined<ServiceLabels>>},
    {.name = "k8s.svc.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Names of the services that take the pod, joined by commas.",
     .read = Read<Joined<ServiceNames>>},
};

}  // namespace

absl::Span<const FieldInfo> K8sFields() { return kFields; }

}  // namespace eyrie::rules

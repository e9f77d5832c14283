// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/k8smeta_fields.h"

#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/fields/container_facts.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/k8s_objects.h"
#include "rules/fields/pod.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::rules {
namespace {

using v1::Container;

Extracted PodIp(const Event& event) {
  const KnownPod pod = PodOf(event);
  if (pod.facts == nullptr) return {pod.presence, {}};
  if (pod.facts->ip_addresses.empty()) return Absent();
  return Text(pod.facts->ip_addresses.front());
}

const FieldInfo kFields[] = {
    {.name = "k8smeta.deployment.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's deployment.",
     .read = Read<LabelOf<The<&PodFacts::deployment>>>},
    {.name = "k8smeta.deployment.labels",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's deployment as key:value.",
     .read = Read<LabelListOf<The<&PodFacts::deployment>>>},
    {.name = "k8smeta.deployment.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the pod's deployment.",
     .read = Read<NameOf<The<&PodFacts::deployment>>>},
    {.name = "k8smeta.deployment.uid",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's deployment.",
     .read = Read<UidOf<The<&PodFacts::deployment>>>},
    {.name = "k8smeta.ns.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's namespace.",
     .read = Read<LabelOf<The<&PodFacts::namespace_object>>>},
    {.name = "k8smeta.ns.labels",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's namespace as key:value.",
     .read = Read<LabelListOf<The<&PodFacts::namespace_object>>>},
    {.name = "k8smeta.ns.name",
     .type = FieldType::kString,
     .doc = "Namespace of the pod, as k8s.ns.name.",
     .read = Read<OfContainer<&Container::pod_namespace>>},
    {.name = "k8smeta.ns.uid",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's namespace.",
     .read = Read<UidOf<The<&PodFacts::namespace_object>>>},
    {.name = "k8smeta.pod.ip",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Address of the pod, as the Kubernetes API has it.",
     .read = Read<PodIp>},
    {.name = "k8smeta.pod.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod.",
     .read = Read<LabelOf<ThePod>>},
    {.name = "k8smeta.pod.labels",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod as key:value.",
     .read = Read<LabelListOf<ThePod>>},
    {.name = "k8smeta.pod.name",
     .type = FieldType::kString,
     .doc = "Name of the pod, as k8s.pod.name.",
     .read = Read<OfContainer<&Container::pod_name>>},
    {.name = "k8smeta.pod.uid",
     .type = FieldType::kString,
     .doc = "Uid of the pod, as k8s.pod.uid.",
     .read = Read<OfContainer<&Container::pod_uid>>},
    {.name = "k8smeta.rc.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's replication controller.",
     .read = Read<LabelOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8smeta.rc.labels",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's replication controller as key:value.",
     .read = Read<LabelListOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8smeta.rc.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the pod's replication controller.",
     .read = Read<NameOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8smeta.rc.uid",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's replication controller.",
     .read = Read<UidOf<The<&PodFacts::replication_controller>>>},
    {.name = "k8smeta.rs.label",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "One label of the pod's replica set.",
     .read = Read<LabelOf<The<&PodFacts::replica_set>>>},
    {.name = "k8smeta.rs.labels",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "All labels of the pod's replica set as key:value.",
     .read = Read<LabelListOf<The<&PodFacts::replica_set>>>},
    {.name = "k8smeta.rs.name",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Name of the pod's replica set.",
     .read = Read<NameOf<The<&PodFacts::replica_set>>>},
    {.name = "k8smeta.rs.uid",
     .type = FieldType::kString,
     .owner = Owner::kCentre,
     .doc = "Uid of the pod's replica set.",
     .read = Read<UidOf<The<&PodFacts::replica_set>>>},
    {.name = "k8smeta.svc.label",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .owner = Owner::kCentre,
     .doc = "Values of one label of the services that take the pod.",
     .read = Read<ServiceLabel>},
    {.name = "k8smeta.svc.labels",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "All labels of the services that take the pod as key:value.",
     .read = Read<ServiceLabels>},
    {.name = "k8smeta.svc.name",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "Names of the services that take the pod.",
     .read = Read<ServiceNames>},
    {.name = "k8smeta.svc.uid",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .owner = Owner::kCentre,
     .doc = "Uids of the services that take the pod.",
     .read = Read<ServiceUids>},
};

}  // namespace

absl::Span<const FieldInfo> K8smetaFields() { return kFields; }

}  // namespace eyrie::rules

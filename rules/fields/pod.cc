// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/pod.h"

#include "eyrie/v1/process.pb.h"

#include "rules/check/value.h"
#include "rules/fields/container.h"
#include "rules/fields/event.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::rules {

bool IsInPod(const v1::Container& container) {
  return !container.pod_uid().empty() || !container.pod_name().empty() ||
         !container.pod_sandbox_id().empty();
}

KnownPod PodOf(const Event& event) {
  if (!event.at_centre) return {nullptr, Presence::kUnknown};
  if (event.pods == nullptr) return {nullptr, Presence::kAbsent};
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) return {nullptr, container.presence};
  if (container.facts->pod_uid().empty()) {
    return {nullptr, MissingFact(*container.facts)};
  }
  const PodFacts* pod = event.pods->FindPod(container.facts->pod_uid());
  if (pod != nullptr) return {pod, Presence::kPresent};
  return {nullptr, event.pods->IsExpected(container.facts->pod_uid())
                       ? Presence::kUnknown
                       : Presence::kAbsent};
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// What the Kubernetes API says of an event's pod.

#ifndef EYRIE_RULES_FIELDS_POD_H_
#define EYRIE_RULES_FIELDS_POD_H_

#include "eyrie/v1/process.pb.h"

#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::rules {

// Whether the container belongs to a pod.
bool IsInPod(const v1::Container& container);

struct KnownPod {
  // Null if there is none or nothing is known of it.
  const PodFacts* facts = nullptr;
  // Why `facts` is null. Unknown: on a node, whatever the process; where the
  // container or its pod may become known. Absent: outside of pods; if there is
  // no API to ask, or it does not know the pod.
  Presence presence = Presence::kUnknown;
};
KnownPod PodOf(const Event& event);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_POD_H_

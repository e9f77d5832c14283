// SPDX-License-Identifier: Apache-2.0
//
// Whose affair an event is: what runs in its container.

#ifndef EYRIE_SERVER_DETECT_WORKLOAD_H_
#define EYRIE_SERVER_DETECT_WORKLOAD_H_

#include <cstddef>

#include "eyrie/v1/incident.pb.h"

#include "rules/fields/event.h"

namespace eyrie::server {

// Labels of a workload that a detection keeps, the first by key. Kubernetes
// objects have about ten.
inline constexpr size_t kMaxWorkloadLabels = 64;

// Fills in `workload` and `missing_metadata` of `detection` from what is known
// of the event's container and its pod. Leaves them alone outside of
// containers, and if nothing is known of the container.
void SetWorkload(const rules::Event& event, v1::Detection* detection);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_WORKLOAD_H_

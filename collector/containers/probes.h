// SPDX-License-Identifier: Apache-2.0
//
// Commands that check on a container, as its configuration tells.

#ifndef EYRIE_COLLECTOR_CONTAINERS_PROBES_H_
#define EYRIE_COLLECTOR_CONTAINERS_PROBES_H_

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "collector/containers/json_value.h"

namespace eyrie::collector {

// The annotation of a pod that has its manifest, if it was made by
// `kubectl apply`.
inline constexpr char kAppliedManifest[] =
    "kubectl.kubernetes.io/last-applied-configuration";

// Sets liveness and readiness probe of the container `name` as the manifest of
// its pod says, a JSON text. Probes that run no command in the container are
// left out. Sets nothing if it is no manifest of a pod.
void ReadManifestProbes(absl::string_view manifest, absl::string_view name,
                        v1::Container* container);

// Sets the health check of an image or container of Docker or Podman: the
// object with "Test", which begins with CMD, CMD-SHELL or NONE.
void ReadHealthcheck(JsonValue healthcheck, v1::Container* container);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_PROBES_H_

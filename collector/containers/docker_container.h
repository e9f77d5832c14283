// SPDX-License-Identifier: Apache-2.0
//
// Reads what Docker and Podman tell of a container.

#ifndef EYRIE_COLLECTOR_CONTAINERS_DOCKER_CONTAINER_H_
#define EYRIE_COLLECTOR_CONTAINERS_DOCKER_CONTAINER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "collector/containers/container_runtime.h"
#include "collector/containers/runtime_api.h"

namespace eyrie::collector {

// Reads the answer to containers/ID/json, of Docker or Podman's own ("libpod").
//
// kInvalidArgument if it is no JSON object with an id.
absl::StatusOr<KnownContainer> ReadDockerContainer(absl::string_view inspected,
                                                   absl::string_view runtime);

// Adds what the answer to images/ID/json of Docker tells: the digest, and the
// name if the container was made by the image's id alone. Nothing if it cannot
// be read.
void ReadDockerImage(absl::string_view inspected, v1::Container* container);

// Reads a line of /events; nothing is told (an empty id) by those of no use.
RuntimeEvent ReadDockerEvent(absl::string_view line);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_DOCKER_CONTAINER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Docker's HTTP API, and Podman's.

#ifndef EYRIE_COLLECTOR_CONTAINERS_DOCKER_API_H_
#define EYRIE_COLLECTOR_CONTAINERS_DOCKER_API_H_

#include <memory>
#include <string>

#include "collector/containers/runtime_api.h"

namespace eyrie::collector {

// Speaks to whichever of the two listens at `socket`: Podman answers Docker's
// requests too, but tells more by its own.
std::unique_ptr<RuntimeApi> MakeDockerApi(const std::string& socket);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_DOCKER_API_H_

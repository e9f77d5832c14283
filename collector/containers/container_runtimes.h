// SPDX-License-Identifier: Apache-2.0
//
// Makes the clients of a node's container runtimes.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINER_RUNTIMES_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINER_RUNTIMES_H_

#include <memory>

#include "collector/containers/container_runtime.h"
#include "collector/containers/runtime_options.h"

namespace eyrie::collector {

// A client of the runtime at that socket, which need not be there yet.
std::unique_ptr<ContainerRuntime> MakeContainerRuntime(
    const RuntimeSocket& socket);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINER_RUNTIMES_H_

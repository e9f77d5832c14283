// SPDX-License-Identifier: Apache-2.0
//
// containerd: its own API for all containers, the CRI for those of Kubernetes.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINERD_API_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINERD_API_H_

#include <memory>
#include <string>

#include "collector/containers/runtime_api.h"

namespace eyrie::collector {

// Knows the containers of all namespaces. Those of dockerd are told only if
// they are asked for, and as second-hand.
std::unique_ptr<RuntimeApi> MakeContainerdApi(const std::string& socket);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINERD_API_H_

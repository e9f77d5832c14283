// SPDX-License-Identifier: Apache-2.0
//
// Reads what containerd's own API tells of a container.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CONTAINERD_CONTAINER_H_
#define EYRIE_COLLECTOR_CONTAINERS_CONTAINERD_CONTAINER_H_

#include <string>

#include "runtimes/containerd.pb.h"

#include "collector/containers/container_runtime.h"
#include "collector/containers/runtime_api.h"

namespace eyrie::collector {

// Namespace of the containers that dockerd runs.
inline constexpr char kDockerNamespace[] = "moby";

// What the plugin that serves the CRI keeps of a container.
enum class CriKind { kNone, kContainer, kSandbox };

CriKind CriKindOf(const runtimes::containerd::Container& container);

// Reads a container of the namespace. Of those of the CRI this is what is known
// from their first moment on.
KnownContainer ReadContainerdContainer(
    const runtimes::containerd::Container& container,
    const std::string& containerd_namespace);

// Reads an event; nothing is told (an empty id) by those of no use.
RuntimeEvent ReadContainerdEvent(const runtimes::containerd::Envelope& event);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CONTAINERD_CONTAINER_H_

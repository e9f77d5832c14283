// SPDX-License-Identifier: Apache-2.0
//
// Reads what the CRI tells of containers and pods.

#ifndef EYRIE_COLLECTOR_CONTAINERS_CRI_CONTAINER_H_
#define EYRIE_COLLECTOR_CONTAINERS_CRI_CONTAINER_H_

#include <string>

#include "runtimes/cri.pb.h"

#include "collector/containers/container_runtime.h"

namespace eyrie::collector {

// Adds what a verbose status tells of a container. What is there already stays
// where the status is silent. Returns the id of its pod's sandbox, or nothing
// if the runtime does not say.
std::string ReadCriContainer(
    const runtimes::cri::ContainerStatusResponse& response,
    KnownContainer* known);

// Adds what the status of a pod's sandbox tells of a container in the pod.
void ReadCriPod(const runtimes::cri::PodSandboxStatusResponse& response,
                v1::Container* container);

// Adds what its status tells of a sandbox, which is a container itself.
void ReadCriSandbox(const runtimes::cri::PodSandboxStatusResponse& response,
                    KnownContainer* known);

// Sets name, namespace and uid of the pod by the labels that the kubelet gives
// containers, unless they are set.
void ReadPodLabels(v1::Container* container);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_CRI_CONTAINER_H_

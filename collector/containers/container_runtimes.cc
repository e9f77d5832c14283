// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/container_runtimes.h"

#include <memory>
#include <string>
#include <utility>

#include "collector/containers/containerd_api.h"
#include "collector/containers/crio_api.h"
#include "collector/containers/docker_api.h"
#include "collector/containers/runtime_api.h"
#include "collector/containers/runtime_client.h"

namespace eyrie::collector {
namespace {

std::unique_ptr<RuntimeApi> MakeApi(const RuntimeSocket& socket) {
  switch (socket.kind) {
    case RuntimeKind::kContainerd:
      return MakeContainerdApi(socket.path);
    case RuntimeKind::kCrio:
      return MakeCrioApi(socket.path);
    case RuntimeKind::kDocker:
    case RuntimeKind::kPodman:
      return MakeDockerApi(socket.path);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<ContainerRuntime> MakeContainerRuntime(
    const RuntimeSocket& socket) {
  return std::make_unique<RuntimeClient>(
      RuntimeClientOptions{.name = std::string(RuntimeName(socket.kind)),
                           .socket = socket.path},
      MakeApi(socket));
}

}  // namespace eyrie::collector

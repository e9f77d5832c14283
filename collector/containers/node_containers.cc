// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/node_containers.h"

#include <utility>

#include "collector/containers/container_runtimes.h"
#include "common/logging.h"

namespace eyrie::collector {

NodeContainers::NodeContainers(const std::string& host_root,
                               const std::vector<RuntimeSocket>& sockets) {
  auto cgroups = OpenCgroupDirectory(host_root);
  if (cgroups.ok()) {
    cgroups_ = *std::move(cgroups);
  } else {
    LogWarning("control groups are not found by their ids",
               {{"error", cgroups.status().ToString()}});
  }
  registry_ = std::make_unique<ContainerRegistry>(ContainerRegistryOptions(),
                                                  cgroups_.get());
  for (const RuntimeSocket& socket : sockets) {
    registry_->AddRuntime(MakeContainerRuntime(socket));
  }
}

}  // namespace eyrie::collector

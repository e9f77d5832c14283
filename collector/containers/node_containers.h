// SPDX-License-Identifier: Apache-2.0
//
// Puts the registry of a node's containers together.

#ifndef EYRIE_COLLECTOR_CONTAINERS_NODE_CONTAINERS_H_
#define EYRIE_COLLECTOR_CONTAINERS_NODE_CONTAINERS_H_

#include <memory>
#include <string>
#include <vector>

#include "collector/containers/cgroup_directory.h"
#include "collector/containers/container_registry.h"
#include "collector/containers/runtime_options.h"

namespace eyrie::collector {

// Owns what the registry borrows.
class NodeContainers {
 public:
  // The registry of the host whose files are below `host_root`, with the
  // runtimes at `sockets`, which need not be there yet. Without a unified
  // hierarchy cgroups are known by their processes' paths alone; that is
  // logged.
  NodeContainers(const std::string& host_root,
                 const std::vector<RuntimeSocket>& sockets);

  ContainerRegistry& registry() { return *registry_; }

 private:
  std::unique_ptr<CgroupDirectory> cgroups_;  // may be null
  std::unique_ptr<ContainerRegistry> registry_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_NODE_CONTAINERS_H_

// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/inventory_feed.h"

#include <string>

#include "eyrie/v1/collector_service.pb.h"

namespace eyrie::collector {

bool InventoryFeed::NextInventory(bool is_new_stream,
                                  v1::ContainerInventory* inventory) {
  if (is_new_stream || is_drained()) {
    if (!Take(is_new_stream, inventory)) return false;
  }
  size_t bytes = 0;
  while (!is_drained() && bytes < kMessageBytes) {
    v1::Container* container = inventory->add_containers();
    *container = *changes_.containers[next_++];
    bytes += container->ByteSizeLong();
  }
  return true;
}

bool InventoryFeed::Take(bool as_snapshot, v1::ContainerInventory* inventory) {
  changes_ = registry_->TakeChanges(as_snapshot);
  next_ = 0;
  const bool is_empty = changes_.containers.empty() &&
                        changes_.removed.empty() && changes_.runtimes.empty();
  if (is_empty && !changes_.is_snapshot) return false;
  inventory->set_is_snapshot(changes_.is_snapshot);
  for (const std::string& id : changes_.removed) inventory->add_removed(id);
  for (const v1::ContainerRuntime& runtime : changes_.runtimes) {
    *inventory->add_runtimes() = runtime;
  }
  return true;
}

}  // namespace eyrie::collector

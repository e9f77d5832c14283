// SPDX-License-Identifier: Apache-2.0
//
// The registry's changes as messages of the inventory.

#ifndef EYRIE_COLLECTOR_CONTAINERS_INVENTORY_FEED_H_
#define EYRIE_COLLECTOR_CONTAINERS_INVENTORY_FEED_H_

#include <cstddef>

#include "collector/containers/container_registry.h"
#include "collector/uplink/inventory_source.h"

namespace eyrie::collector {

// Thread safety: none; one thread, of the uplink.
class InventoryFeed : public InventorySource {
 public:
  // A message is closed when it has this many bytes: four of the largest
  // containers, or some hundred ordinary ones.
  static constexpr size_t kMessageBytes = 256 << 10;

  // Borrows `registry`.
  explicit InventoryFeed(ContainerRegistry* registry) : registry_(registry) {}

  bool NextInventory(bool is_new_stream,
                     v1::ContainerInventory* inventory) override;

 private:
  // Whether everything that was taken from the registry has been sent.
  bool is_drained() const { return next_ == changes_.containers.size(); }
  // Takes what has changed and begins to send it. Returns whether there is
  // anything.
  bool Take(bool as_snapshot, v1::ContainerInventory* inventory);

  ContainerRegistry* const registry_;
  ContainerChanges changes_;
  size_t next_ = 0;  // of changes_.containers
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_INVENTORY_FEED_H_

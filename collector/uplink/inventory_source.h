// SPDX-License-Identifier: Apache-2.0
//
// Who tells the uplink about the node's containers.

#ifndef EYRIE_COLLECTOR_UPLINK_INVENTORY_SOURCE_H_
#define EYRIE_COLLECTOR_UPLINK_INVENTORY_SOURCE_H_

namespace eyrie::v1 {
class ContainerInventory;
}  // namespace eyrie::v1

namespace eyrie::collector {

// Thread safety: NextInventory() is called by one thread, of the uplink.
class InventorySource {
 public:
  virtual ~InventorySource() = default;

  // Fills in the next message, at most some hundred KiB, and returns whether
  // there is one: on a new stream everything from the beginning, otherwise what
  // has changed since the last one.
  virtual bool NextInventory(bool is_new_stream,
                             v1::ContainerInventory* inventory) = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_INVENTORY_SOURCE_H_

// SPDX-License-Identifier: Apache-2.0
//
// The inventory of nodes: who is connected, who was, what each reported.

#ifndef EYRIE_SERVER_NODES_NODE_REGISTRY_H_
#define EYRIE_SERVER_NODES_NODE_REGISTRY_H_

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "eyrie/v1/collector_service.pb.h"
#include "eyrie/v1/node.pb.h"

#include "common/clock.h"
#include "server/nodes/container_registry.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class NodeRegistry {
 public:
  // A fleet's worth, at about 1 KiB each; beyond it new names are refused, so
  // that a client which invents names cannot fill memory.
  static constexpr size_t kMaxNodes = 100'000;

  // Borrows both. Call Load() before use.
  NodeRegistry(Store* store, const Clock* clock);

  // Reads the nodes that connected in earlier runs of the server.
  absl::Status Load();

  // A stream of `hello.node()` begins. `stream` tells streams apart; a later
  // one of the same node takes over. kResourceExhausted beyond kMaxNodes.
  absl::Status Connected(const v1::Hello& hello, absl::string_view peer,
                         uint64_t stream);
  // The stream ended. Ignored unless it is the node's current one.
  void Disconnected(absl::string_view node, uint64_t stream);

  void CountBatch(absl::string_view node, uint64_t events, uint64_t detections);
  void SetAcked(absl::string_view node, uint64_t sequence);
  void SetConfigVersion(absl::string_view node, uint64_t version);

  // Takes the losses of a heartbeat. Returns what was lost since the one before
  // it of the same run: a coverage gap, with no losses if there are none.
  v1::CoverageGap TakeHeartbeat(absl::string_view node, uint64_t run_id,
                                const v1::Heartbeat& heartbeat);

  // Takes what the node's current stream says of its containers and runtimes.
  void TakeInventory(absl::string_view node, uint64_t stream,
                     const v1::ContainerInventory& inventory);

  absl::StatusOr<v1::Node> Get(absl::string_view name) const;
  // By name, after `after`.
  Page<v1::Node> List(size_t page_size, absl::string_view after) const;
  size_t connected() const;
  size_t known() const;
  const ContainerRegistry& containers() const { return containers_; }

 private:
  struct Entry {
    v1::Node node;
    uint64_t stream = 0;
  };
  void Persist(const v1::Node& node);
  // As readers get it.
  v1::Node Shown(const v1::Node& node) const;

  Store* const store_;
  const Clock* const clock_;
  ContainerRegistry containers_;
  mutable absl::Mutex mutex_;
  absl::btree_map<std::string, Entry> nodes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_NODES_NODE_REGISTRY_H_

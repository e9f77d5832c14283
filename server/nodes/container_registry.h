// SPDX-License-Identifier: Apache-2.0
//
// The inventory of containers: what runs on which node.

#ifndef EYRIE_SERVER_NODES_CONTAINER_REGISTRY_H_
#define EYRIE_SERVER_NODES_CONTAINER_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eyrie/v1/collector_service.pb.h"
#include "eyrie/v1/node_service.pb.h"

#include "common/clock.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class ContainerRegistry {
 public:
  // Kubernetes runs up to 500 containers on a node; dead ones that runtimes
  // still list come on top.
  static constexpr size_t kMaxContainersOfNode = 4'096;
  // At about 2 KiB each that is 400 MB.
  static constexpr size_t kMaxContainers = 200'000;
  // How long the containers of a node that left are kept: it is back by then,
  // or gone.
  static constexpr absl::Duration kForgetAfter = absl::Minutes(5);
  // Labels that a listing may ask for.
  static constexpr int kMaxLabels = 16;
  // A page ends at so many bytes: gRPC clients take 4 MiB by default.
  static constexpr size_t kMaxPageBytes = 3 << 20;

  // Borrows `clock`.
  explicit ContainerRegistry(const Clock* clock) : clock_(clock) {}

  // Takes what `node` says of its containers. What is beyond the limits is
  // counted, and named in the log once until the node's next snapshot.
  void Take(const std::string& node, const v1::ContainerInventory& inventory);

  // The node's stream began or ended.
  void Connected(const std::string& node);
  void Disconnected(const std::string& node);

  // Containers that meet all conditions, by node and id. A page may be short,
  // but is only empty at the end. kInvalidArgument for a label that is not
  // key=value, too many of them, or a token of another listing.
  absl::StatusOr<v1::ListContainersResponse> List(
      const v1::ListContainersRequest& request, size_t page_size) const;

  size_t CountOf(const std::string& node) const;
  size_t count() const;
  // Containers that were beyond the limits.
  uint64_t dropped() const;

 private:
  struct NodeContainers {
    absl::btree_map<std::string, std::shared_ptr<const v1::Container>> by_id;
    // When the stream ended; infinite while there is one.
    absl::Time disconnect_time = absl::InfiniteFuture();
    bool is_over_limit = false;
  };

  void Put(const std::string& node, const v1::Container& container,
           NodeContainers& containers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Once in a while, for it looks at every node.
  void ForgetDisconnected() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock* const clock_;
  mutable absl::Mutex mutex_;
  absl::btree_map<std::string, NodeContainers> nodes_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_sweep_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_NODES_CONTAINER_REGISTRY_H_

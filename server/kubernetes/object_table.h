// SPDX-License-Identifier: Apache-2.0
//
// Keeps Kubernetes objects by uid, within a limit.

#ifndef EYRIE_SERVER_KUBERNETES_OBJECT_TABLE_H_
#define EYRIE_SERVER_KUBERNETES_OBJECT_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "rules/fields/pod_facts.h"
#include "server/kubernetes/object_parser.h"

namespace eyrie::server {

// One object. What only pods have is in `pod`.
struct StoredObject {
  struct PodPart {
    std::string node;
    std::string mirrored_uid;
    // The pod joined with its owners when the namespace had this generation;
    // null if nobody asked.
    std::shared_ptr<const rules::PodFacts> facts;
    uint64_t generation = 0;
    bool is_complete = false;
    // Whether what it lacks may come.
    bool is_expected = false;
  };

  ResourceKind kind = ResourceKind::kPod;
  std::shared_ptr<const rules::K8sObject> object;
  std::string namespace_name;
  OwnerReference owner;
  Labels selector;
  std::vector<std::string> ip_addresses;
  std::unique_ptr<PodPart> pod;  // of pods
  // Infinite future while it exists.
  absl::Time deletion_time = absl::InfiniteFuture();
  // Number of the list that had it last.
  uint64_t list = 0;
};

struct ObjectTableOptions {
  // A cluster has at most some 150,000 pods and as many other objects; at 1 to
  // 2 KiB each this is some 500 MiB. It guards against a runaway controller.
  size_t max_objects = 300'000;
  // How long deleted objects are kept for events that come late: batches wait
  // in a node's spool while the server restarts.
  absl::Duration keep_deleted = absl::Minutes(5);
};

// Thread safety: none.
class ObjectTable {
 public:
  // Called with an object that is about to go.
  using OnDrop = std::function<void(const StoredObject&)>;

  ObjectTable(const ObjectTableOptions& options, OnDrop on_drop);

  // Null if it is not known. Valid until the next change.
  StoredObject* Find(absl::string_view uid);

  // Adds or changes an object. Returns it if something that is kept changed,
  // null if not, or if there is no room (counted).
  StoredObject* Put(KubernetesObject object);
  // Remembers that the object was deleted at `now`. Returns whether it was
  // there.
  bool Remove(absl::string_view uid, absl::Time now);
  // Drops what was deleted long enough before `now`.
  void Expire(absl::Time now);

  // Between the two calls a whole list is put; what it does not have counts as
  // deleted at `now`. Returns how many that are.
  void BeginList(ResourceKind kind);
  size_t EndList(ResourceKind kind, absl::Time now);

  // Objects that are not deleted.
  size_t size(ResourceKind kind) const {
    return sizes_[static_cast<size_t>(kind)];
  }
  size_t deleted() const { return graves_.size(); }
  // Objects that there was no room for.
  uint64_t refused() const { return refused_; }

 private:
  struct Grave {
    absl::Time deletion_time;
    std::string uid;
  };

  bool HasRoom();
  void Drop(const Grave& grave);

  const ObjectTableOptions options_;
  const OnDrop on_drop_;
  absl::flat_hash_map<std::string, std::unique_ptr<StoredObject>> objects_;
  // Oldest first. One of an object that came back is stale.
  std::deque<Grave> graves_;
  std::array<size_t, kResources.size()> sizes_{};
  std::array<uint64_t, kResources.size()> lists_{};
  uint64_t refused_ = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_OBJECT_TABLE_H_

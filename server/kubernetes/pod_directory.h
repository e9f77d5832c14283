// SPDX-License-Identifier: Apache-2.0
//
// Knows the pods of a cluster with everything they belong to.

#ifndef EYRIE_SERVER_KUBERNETES_POD_DIRECTORY_H_
#define EYRIE_SERVER_KUBERNETES_POD_DIRECTORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

#include "common/clock.h"
#include "server/detect/pod_finder.h"
#include "server/detect/service_finder.h"
#include "server/kubernetes/object_table.h"

namespace eyrie::server {

// What the directory can expect of one kind's watcher.
enum class KindState {
  kStarting,  // it has not listed yet
  kCurrent,   // it has listed, and watches
  kFailing,   // nothing will come of it soon
};

// Fed by watchers, asked by judges. Pods are joined with their owners when they
// are asked for, and again only if something in their namespace has changed.
//
// A pod is complete when its owners up to the topmost, its namespace, its node
// and the services are known: the API's kinds come over separate streams, a pod
// often before its ReplicaSet. Kinds that fail are not waited for.
//
// Thread safety: all methods may be called from any thread.
class PodDirectory : public PodFinder, public ServiceFinder {
 public:
  // Borrows `clock`.
  PodDirectory(const ObjectTableOptions& options, const Clock* clock);

  // For watchers --------------------------------------------------------------

  void Put(KubernetesObject object);
  void Remove(absl::string_view uid);
  // As ObjectTable.
  void BeginList(ResourceKind kind);
  void EndList(ResourceKind kind);
  void SetState(ResourceKind kind, KindState state);

  // For judges ----------------------------------------------------------------

  PodLookup FindPod(absl::string_view uid) override;
  bool IsPodExpected(absl::string_view uid) override;
  // Takes time in proportion to the services of the namespace.
  ServiceLookup FindService(absl::string_view namespace_name,
                            absl::string_view name) override;

  // Called after each change that may make a pod complete, on the thread that
  // made it. REQUIRES: before the first change. Must not call the directory.
  void OnChange(std::function<void()> listener);

  // For metrics ---------------------------------------------------------------

  KindState state(ResourceKind kind) const;
  size_t size(ResourceKind kind) const;
  // Deleted objects that are kept for late events.
  size_t deleted() const;
  // Objects that there was no room for, and those that were cut.
  uint64_t refused() const;
  uint64_t cut() const;

 private:
  // What a namespace's pods are joined with, beside owners.
  struct Namespace {
    std::string uid;                            // empty if not known
    absl::flat_hash_set<std::string> services;  // uids
    uint64_t generation = 1;                    // counts changes
  };

  StoredObject* FindPodObject(absl::string_view uid)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Index(const StoredObject& stored) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Called by `objects_`, under the mutex.
  void Unindex(const StoredObject& stored);
  void Touch(const StoredObject& stored) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  PodLookup Lookup(absl::string_view uid) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Join(StoredObject& pod) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void JoinOwners(StoredObject& pod, rules::PodFacts& facts)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void JoinNamespace(StoredObject& pod, rules::PodFacts& facts)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void JoinNode(StoredObject& pod, rules::PodFacts& facts)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Notes that the pod lacks an object of that kind.
  void Miss(ResourceKind kind, StoredObject& pod) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock* const clock_;
  std::function<void()> listener_ = [] {};
  mutable absl::Mutex mutex_;
  ObjectTable objects_ ABSL_GUARDED_BY(mutex_);
  // By name. Kept while something in it is known.
  absl::flat_hash_map<std::string, Namespace> namespaces_
      ABSL_GUARDED_BY(mutex_);
  // Uids of nodes by name.
  absl::flat_hash_map<std::string, std::string> nodes_ ABSL_GUARDED_BY(mutex_);
  // Uids of static pods as nodes know them, to the API's.
  absl::flat_hash_map<std::string, std::string> mirrored_
      ABSL_GUARDED_BY(mutex_);
  std::array<KindState, kResources.size()> states_ ABSL_GUARDED_BY(mutex_){};
  // Counts what concerns all pods; with a namespace's own, the generation of
  // its pods' joins.
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 1;
  uint64_t cut_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_POD_DIRECTORY_H_

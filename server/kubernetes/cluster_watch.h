// SPDX-License-Identifier: Apache-2.0
//
// Watches everything of a cluster that rules can ask for.

#ifndef EYRIE_SERVER_KUBERNETES_CLUSTER_WATCH_H_
#define EYRIE_SERVER_KUBERNETES_CLUSTER_WATCH_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

#include "common/clock.h"
#include "server/kubernetes/cluster_access.h"
#include "server/kubernetes/pod_directory.h"
#include "server/kubernetes/resource_watcher.h"

namespace eyrie::server {

// What --kubernetes, --kubeconfig and --kube-context say.
struct ClusterChoice {
  // "auto": as --kubeconfig says or, in a pod, as the pod's service account.
  // "on": the same, and an error if there is neither. "off".
  std::string mode = "auto";
  std::string kubeconfig;
  std::string context;
  InClusterOptions in_cluster = InClusterOptions::FromEnvironment();
};

// How to reach the cluster that `choice` names; nothing if none is to be
// watched. kInvalidArgument for an unknown mode, and the errors of
// LoadKubeconfig() and InClusterAccess().
absl::StatusOr<std::optional<ClusterAccess>> ChooseCluster(
    const ClusterChoice& choice);

// One watcher, with a connection and a thread of its own, for each kind: one
// that is forbidden or broken stops no other. When one finds the API again, all
// try at once.
//
// Thread safety: all methods may be called from any thread.
class ClusterWatch {
 public:
  // Borrows `directory`, which outlives it.
  ClusterWatch(const ClusterAccess& access, PodDirectory* directory,
               WatcherOptions options = {});
  // Stops at once.
  ~ClusterWatch();

  const std::vector<std::unique_ptr<ResourceWatcher>>& watchers() const {
    return watchers_;
  }

 private:
  void RetryAll();

  std::vector<std::unique_ptr<ResourceWatcher>> watchers_;
  absl::Mutex mutex_;
  // Those that may be told to try again: none while they come and go.
  std::vector<ResourceWatcher*> retried_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_CLUSTER_WATCH_H_

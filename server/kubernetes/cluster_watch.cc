// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/cluster_watch.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/logging.h"
#include "common/status_macros.h"
#include "server/kubernetes/curl_kubernetes_api.h"
#include "server/kubernetes/kubeconfig.h"

namespace eyrie::server {

absl::StatusOr<std::optional<ClusterAccess>> ChooseCluster(
    const ClusterChoice& choice) {
  if (choice.mode != "auto" && choice.mode != "on" && choice.mode != "off") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--kubernetes is auto, on or off, not \"", choice.mode, "\""));
  }
  if (choice.mode == "off") return std::nullopt;
  if (!choice.kubeconfig.empty()) {
    EYRIE_ASSIGN_OR_RETURN(ClusterAccess access,
                           LoadKubeconfig(choice.kubeconfig, choice.context));
    return access;
  }
  if (choice.mode == "auto" && !IsInCluster(choice.in_cluster)) {
    return std::nullopt;
  }
  absl::StatusOr<ClusterAccess> access = InClusterAccess(choice.in_cluster);
  if (access.ok()) return *std::move(access);
  if (choice.mode == "on") return access.status();
  // A pod that was not meant to ask the API.
  LogInfo("Kubernetes is not watched", {{"why", access.status().message()}});
  return std::nullopt;
}

ClusterWatch::ClusterWatch(const ClusterAccess& access, PodDirectory* directory,
                           WatcherOptions options) {
  options.on_recovery = [this] { RetryAll(); };
  for (const ResourceInfo& info : kResources) {
    watchers_.push_back(std::make_unique<ResourceWatcher>(
        info.kind, std::make_unique<CurlKubernetesApi>(access), directory,
        options));
  }
  absl::MutexLock lock(&mutex_);
  for (const auto& watcher : watchers_) retried_.push_back(watcher.get());
}

ClusterWatch::~ClusterWatch() {
  {
    absl::MutexLock lock(&mutex_);
    retried_.clear();
  }
  watchers_.clear();
}

void ClusterWatch::RetryAll() {
  absl::MutexLock lock(&mutex_);
  for (ResourceWatcher* const watcher : retried_) watcher->Retry();
}

}  // namespace eyrie::server

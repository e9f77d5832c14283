// SPDX-License-Identifier: Apache-2.0
//
// The kinds of Kubernetes objects that are watched.

#ifndef EYRIE_SERVER_KUBERNETES_RESOURCE_KIND_H_
#define EYRIE_SERVER_KUBERNETES_RESOURCE_KIND_H_

#include <array>
#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace eyrie::server {

enum class ResourceKind {
  kPod,
  kNamespace,
  kService,
  kNode,
  kReplicaSet,
  kDeployment,
  kStatefulSet,
  kDaemonSet,
  kJob,
  kCronJob,
  kReplicationController,
  kNetworkPolicy,
};

struct ResourceInfo {
  ResourceKind kind;
  absl::string_view name;     // "Pod", as owner references have it
  absl::string_view plural;   // "pods", as RBAC has it
  absl::string_view group;    // "apps"; empty: the core group
  absl::string_view version;  // "v1"
  // Tried if the cluster does not have `version`; empty: none.
  absl::string_view older_version;
};

// By number of the kind. deploy/kubernetes/rbac.yaml allows exactly these.
inline constexpr std::array<ResourceInfo, 12> kResources = {{
    {ResourceKind::kPod, "Pod", "pods", "", "v1", ""},
    {ResourceKind::kNamespace, "Namespace", "namespaces", "", "v1", ""},
    {ResourceKind::kService, "Service", "services", "", "v1", ""},
    {ResourceKind::kNode, "Node", "nodes", "", "v1", ""},
    {ResourceKind::kReplicaSet, "ReplicaSet", "replicasets", "apps", "v1", ""},
    {ResourceKind::kDeployment, "Deployment", "deployments", "apps", "v1", ""},
    {ResourceKind::kStatefulSet, "StatefulSet", "statefulsets", "apps", "v1",
     ""},
    {ResourceKind::kDaemonSet, "DaemonSet", "daemonsets", "apps", "v1", ""},
    {ResourceKind::kJob, "Job", "jobs", "batch", "v1", ""},
    {ResourceKind::kCronJob, "CronJob", "cronjobs", "batch", "v1", "v1beta1"},
    {ResourceKind::kReplicationController, "ReplicationController",
     "replicationcontrollers", "", "v1", ""},
    {ResourceKind::kNetworkPolicy, "NetworkPolicy", "networkpolicies",
     "networking.k8s.io", "v1", ""},
}};

inline const ResourceInfo& InfoOf(ResourceKind kind) {
  return kResources[static_cast<size_t>(kind)];
}

// The kind called "Pod" and so on; nothing if it is not watched.
inline std::optional<ResourceKind> FindKind(absl::string_view name) {
  for (const ResourceInfo& info : kResources) {
    if (info.name == name) return info.kind;
  }
  return std::nullopt;
}

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_KUBERNETES_RESOURCE_KIND_H_

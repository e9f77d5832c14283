// SPDX-License-Identifier: Apache-2.0

#include "server/detect/workload.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/fields/container.h"
#include "rules/fields/pod.h"
#include "rules/fields/pod_facts.h"

namespace eyrie::server {
namespace {

// The name that a pod gives to one of its containers; runtimes may have
// another.
constexpr char kContainerNameLabel[] = "io.kubernetes.container.name";

struct Owner {
  absl::string_view kind;
  const rules::K8sObject* object;
};

// The topmost one; a pod that nobody owns is its own.
Owner TopOwner(const rules::PodFacts& pod) {
  const Owner owners[] = {
      {"Deployment", pod.deployment.get()},
      {"StatefulSet", pod.stateful_set.get()},
      {"DaemonSet", pod.daemon_set.get()},
      {"CronJob", pod.cron_job.get()},
      {"Job", pod.job.get()},
      {"ReplicaSet", pod.replica_set.get()},
      {"ReplicationController", pod.replication_controller.get()},
  };
  for (const Owner& owner : owners) {
    if (owner.object != nullptr) return owner;
  }
  return {"Pod", &pod.pod};
}

template <typename Labels>
void CopyLabels(const Labels& labels, v1::Workload* workload) {
  std::vector<std::pair<absl::string_view, absl::string_view>> sorted(
      labels.begin(), labels.end());
  std::sort(sorted.begin(), sorted.end());
  if (sorted.size() > kMaxWorkloadLabels) sorted.resize(kMaxWorkloadLabels);
  for (const auto& [key, value] : sorted) {
    (*workload->mutable_labels())[std::string(key)] = std::string(value);
  }
}

void SetPod(const v1::Container& container, const rules::PodFacts* pod,
            v1::Workload* workload) {
  workload->set_namespace_(container.pod_namespace());
  workload->set_pod(container.pod_name());
  workload->set_pod_uid(container.pod_uid());
  const auto name = container.labels().find(kContainerNameLabel);
  if (name != container.labels().end()) workload->set_container(name->second);
  if (pod == nullptr) {
    CopyLabels(container.pod_labels(), workload);
    return;
  }
  const Owner owner = TopOwner(*pod);
  workload->set_kind(std::string(owner.kind));
  workload->set_name(owner.object->name);
  // The runtime may have been too late, and only its path told the pod.
  if (!pod->namespace_name.empty()) {
    workload->set_namespace_(pod->namespace_name);
  }
  if (!pod->pod.name.empty()) workload->set_pod(pod->pod.name);
  CopyLabels(pod->pod.labels, workload);
}

}  // namespace

void SetWorkload(const rules::Event& event, v1::Detection* detection) {
  const v1::Container* const container = rules::ContainerOf(event).facts;
  if (container == nullptr) return;
  v1::Workload* const workload = detection->mutable_workload();
  workload->set_container(container->name());
  workload->set_image(container->image());
  const rules::PodFacts* const pod = rules::PodOf(event).facts;
  if (rules::IsInPod(*container)) {
    SetPod(*container, pod, workload);
  } else {
    CopyLabels(container->labels(), workload);
  }
  const v1::Container::Metadata metadata = container->metadata();
  if (metadata == v1::Container::LATE ||
      metadata == v1::Container::UNAVAILABLE) {
    detection->add_missing_metadata("container");
  }
  if (event.pods != nullptr && pod == nullptr &&
      !container->pod_uid().empty()) {
    detection->add_missing_metadata("kubernetes");
  }
}

}  // namespace eyrie::server

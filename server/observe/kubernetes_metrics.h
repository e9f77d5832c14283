// SPDX-License-Identifier: Apache-2.0
//
// Exports what the watch of the Kubernetes API counts. Names are listed in
// docs/kubernetes.md.

#ifndef EYRIE_SERVER_OBSERVE_KUBERNETES_METRICS_H_
#define EYRIE_SERVER_OBSERVE_KUBERNETES_METRICS_H_

#include "common/metrics.h"
#include "server/holdback/hold_back.h"
#include "server/kubernetes/cluster_watch.h"
#include "server/kubernetes/pod_directory.h"

namespace eyrie::server {

// Borrowed; all outlive the registry's pages.
struct ObservedKubernetes {
  const PodDirectory* directory;
  const ClusterWatch* watch;
  const HoldBack* hold_back;
};

// Adds callbacks for every counter of `parts`.
void ExportKubernetesMetrics(const ObservedKubernetes& parts,
                             MetricRegistry& metrics);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_OBSERVE_KUBERNETES_METRICS_H_

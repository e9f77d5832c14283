#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Gives the cluster that up.sh started a node, in the same network namespace:
# containerd, scheduler and kubelet, and images made without a registry. Ready
# in some 15 s.
#
# Usage: tests/kubernetes/node_up.sh   (as root; ended by down.sh)

set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/kubernetes/environment.sh
. "${HERE}/environment.sh"

readonly MAKE_IMAGE=${HERE}/../../collector/containers/testing/make_image.py

# Test machines may not lower oom_score_adj or raise limits, and have no
# AppArmor.
write_containerd() {
  cat >"${KUBE_NODE}/containerd.toml" <<EOF
version = 2
root = "${KUBE_NODE}/containerd-root"
state = "${KUBE_NODE}/containerd-state"
[grpc]
  address = "${KUBE_NODE}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/local/pause:1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${KUBE_NODE}/cni"
EOF
  cat >"${KUBE_NODE}/cni/10-pods.conflist" <<EOF
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "kube0", "isGateway": true, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "${KUBE_NODE}/addresses",
            "ranges": [[{"subnet": "10.214.0.0/24",
                         "rangeStart": "10.214.0.10"}]]}}]}
EOF
}

# The API server signs in as nobody: nothing else reaches the kubelet here.
write_kubelet() {
  cat >"${KUBE_NODE}/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: ${KUBE_NODE_ADDRESS}
readOnlyPort: 0
cgroupDriver: cgroupfs
enforceNodeAllocatable: []
failSwapOn: false
oomScoreAdj: 0
maxOpenFiles: 20000
makeIPTablesUtilChains: false
nodeStatusUpdateFrequency: 2s
kubeAPIQPS: 50
kubeAPIBurst: 100
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
EOF
}

load_images() {
  local name
  for name in busybox pause; do
    "${MAKE_IMAGE}" "${KUBE_NODE}/${name}.tar" "docker.io/local/${name}:1" \
      /bin/sleep 1000000
    containerd_client images import "${KUBE_NODE}/${name}.tar" >/dev/null
  done
}

start_scheduler() {
  start scheduler "${KUBE_BIN}/kube-scheduler" \
    --kubeconfig="${KUBE_RUN}/scheduler.kubeconfig" --leader-elect=false \
    --bind-address=127.0.0.1 --secure-port=16259 --port=0
}

start_kubelet() {
  start kubelet "${KUBE_BIN}/kubelet" --config="${KUBE_NODE}/kubelet.yaml" \
    --kubeconfig="${KUBE_RUN}/node.kubeconfig" --hostname-override=node-1 \
    --node-ip="${KUBE_NODE_ADDRESS}" --container-runtime=remote \
    --container-runtime-endpoint="unix://${KUBE_NODE}/containerd.sock" \
    --root-dir="${KUBE_NODE}/kubelet" --cert-dir="${KUBE_NODE}/kubelet/pki"
}

main() {
  [[ -e /run/netns/${KUBE_NETNS} ]] ||
    fail "no cluster; run tests/kubernetes/up.sh"
  local tool
  for tool in containerd runc ctr busybox python3 /usr/lib/cni/bridge; do
    command -v "${tool}" >/dev/null || fail "no ${tool}; apt-get install" \
      "--no-install-recommends containerd runc busybox-static" \
      "containernetworking-plugins"
  done
  mkdir -p "${KUBE_NODE}"/{cni,kubelet}
  write_containerd
  write_kubelet
  start_containerd
  load_images
  start_scheduler
  start_kubelet
  await 60 kubectl wait --for=condition=Ready --timeout=1s node/node-1 ||
    fail "the node did not get ready; see ${KUBE_RUN}/kubelet.log"
  say "node ready after ${SECONDS} s"
}

main "$@"

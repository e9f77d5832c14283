# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the scripts of this folder share. Sourced, not run.

# Where the programs of Kubernetes are built and kept, outside of the tree.
KUBE_CACHE=${EYRIE_KUBERNETES_DIR:-${HOME}/.cache/eyrie-kubernetes}
KUBE_BIN=${KUBE_CACHE}/bin
# State of the running cluster: data, logs, process ids, credentials.
KUBE_RUN=${EYRIE_KUBERNETES_RUN:-/tmp/eyrie-kubernetes}
# Its network namespace.
KUBE_NETNS=${EYRIE_KUBERNETES_NETNS:-eyrie-kube}
# What containerd and the kubelet own. All their processes name it.
KUBE_NODE=${KUBE_RUN}/node

readonly KUBE_CACHE KUBE_BIN KUBE_RUN KUBE_NETNS KUBE_NODE
readonly KUBE_PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl)
# Of the API server, the node and the pods' gateway.
readonly KUBE_NODE_ADDRESS=10.214.0.1
# Where the API server sends its audit log: to the server, while a test runs it.
# shellcheck disable=SC2034
readonly KUBE_AUDIT_ADDRESS=127.0.0.1:7480

say() { printf 'kubernetes: %s\n' "$*"; }

fail() {
  printf 'kubernetes: error: %s\n' "$*" >&2
  exit 1
}

# Whether all programs are there.
has_programs() {
  local program
  for program in "${KUBE_PROGRAMS[@]}"; do
    [[ -x ${KUBE_BIN}/${program} ]] || return 1
  done
}

# Runs a command in the cluster's network namespace.
inside() { nsenter --net="/run/netns/${KUBE_NETNS}" "$@"; }

# Starts a program of the cluster in the background: start NAME COMMAND...
start() {
  local name=$1
  shift
  nohup nsenter --net="/run/netns/${KUBE_NETNS}" "$@" \
    >"${KUBE_RUN}/${name}.log" 2>&1 &
  echo $! >"${KUBE_RUN}/${name}.pid"
}

# Ends one that start() started: stop NAME [SIGNAL]
stop() {
  local file=${KUBE_RUN}/$1.pid
  [[ -r ${file} ]] || return 0
  kill "-${2:-TERM}" "$(<"${file}")" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$(<"${file}")" 2>/dev/null || break
    sleep 0.1
  done
  rm -f "${file}"
}

# Waits for a command to succeed: await SECONDS COMMAND...
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

kubectl() { inside "${KUBE_BIN}/kubectl" --kubeconfig="${KUBE_RUN}/admin.kubeconfig" "$@"; }

start_apiserver() {
  start apiserver "${KUBE_BIN}/kube-apiserver" \
    --etcd-servers=http://127.0.0.1:23790 \
    --bind-address="${KUBE_NODE_ADDRESS}" --secure-port=16443 --insecure-port=0 \
    --advertise-address="${KUBE_NODE_ADDRESS}" --endpoint-reconciler-type=none \
    --cert-dir="${KUBE_RUN}/pki" \
    --service-account-key-file="${KUBE_RUN}/pki/sa.key" \
    --service-account-signing-key-file="${KUBE_RUN}/pki/sa.key" \
    --service-account-issuer=https://kubernetes.default.svc --api-audiences=api \
    --token-auth-file="${KUBE_RUN}/tokens.csv" --authorization-mode=Node,RBAC \
    --service-cluster-ip-range=10.0.0.0/24 --allow-privileged=true \
    --kubelet-preferred-address-types=InternalIP \
    --audit-policy-file="${KUBE_RUN}/audit-policy.yaml" \
    --audit-webhook-config-file="${KUBE_RUN}/audit-webhook.kubeconfig" \
    --audit-webhook-batch-max-wait=1s --audit-webhook-initial-backoff=1s \
    --audit-webhook-truncate-enabled \
    --audit-webhook-truncate-max-batch-size=8000000
  await 60 kubectl get --raw /readyz ||
    fail "the API server did not get ready; see ${KUBE_RUN}/apiserver.log"
}

start_containerd() {
  start containerd containerd --config "${KUBE_NODE}/containerd.toml"
  await 30 containerd_client version ||
    fail "containerd does not answer; see ${KUBE_RUN}/containerd.log"
}

containerd_client() {
  ctr --address "${KUBE_NODE}/containerd.sock" --namespace k8s.io "$@"
}

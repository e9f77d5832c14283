#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Starts a Kubernetes in a network namespace of its own: etcd, API server and
# controller manager. Pods are made, but nothing runs them: node_up.sh adds what
# does. Ready in some 10 s.
#
# Usage: tests/kubernetes/up.sh        (as root; ended by down.sh)

set -euo pipefail
# shellcheck source=tests/kubernetes/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

readonly KUBE_API=https://${KUBE_NODE_ADDRESS}:16443

write_kubeconfig() {  # write_kubeconfig NAME TOKEN
  cat >"${KUBE_RUN}/$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
current-context: $1
clusters:
- name: test
  cluster:
    server: ${KUBE_API}
    certificate-authority: pki/apiserver.crt
users:
- name: $1
  user: {token: $2}
contexts:
- name: $1
  context: {cluster: test, user: $1}
EOF
}

# Who may sign in. `eyrie` has no rights but those of deploy/kubernetes.
write_credentials() {
  mkdir -p "${KUBE_RUN}/pki"
  openssl genrsa -out "${KUBE_RUN}/pki/sa.key" 2048 2>/dev/null
  cat >"${KUBE_RUN}/tokens.csv" <<EOF
admin-token,admin,1,system:masters
controller-token,system:kube-controller-manager,2,system:masters
eyrie-token,system:serviceaccount:eyrie:eyrie-server,3
stranger-token,stranger,4
node-token,system:node:node-1,5,system:nodes
scheduler-token,system:kube-scheduler,6
EOF
  write_kubeconfig admin admin-token
  write_kubeconfig controller controller-token
  write_kubeconfig eyrie eyrie-token
  write_kubeconfig stranger stranger-token
  write_kubeconfig node node-token
  write_kubeconfig scheduler scheduler-token
}

# The policy is the one that docs/audit.md tells users to copy.
write_audit() {
  # shellcheck disable=SC2016
  sed --quiet '\#^. /etc/kubernetes/audit-policy.yaml#,/^```/{/^```/d;p}' \
    "$(dirname "${BASH_SOURCE[0]}")/../../docs/audit.md" \
    >"${KUBE_RUN}/audit-policy.yaml"
  cat >"${KUBE_RUN}/audit-webhook.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters:
- name: eyrie
  cluster: {server: "http://${KUBE_AUDIT_ADDRESS}/k8s-audit"}
contexts:
- {name: eyrie, context: {cluster: eyrie, user: ""}}
current-context: eyrie
EOF
}

main() {
  has_programs || fail "no programs in ${KUBE_BIN}; run tests/kubernetes/build.sh"
  command -v etcd >/dev/null || fail "no etcd; apt-get install etcd-server"
  [[ ! -e /run/netns/${KUBE_NETNS} ]] ||
    fail "namespace ${KUBE_NETNS} is there; is a cluster running? (down.sh ends it)"
  rm -rf "${KUBE_RUN}"
  mkdir -p "${KUBE_RUN}"
  write_credentials
  write_audit

  ip netns add "${KUBE_NETNS}"
  ip -n "${KUBE_NETNS}" link set lo up
  ip -n "${KUBE_NETNS}" link add kube0 type bridge
  ip -n "${KUBE_NETNS}" addr add "${KUBE_NODE_ADDRESS}/24" dev kube0
  ip -n "${KUBE_NETNS}" link set kube0 up

  start etcd etcd --data-dir "${KUBE_RUN}/etcd" --unsafe-no-fsync \
    --listen-client-urls http://127.0.0.1:23790 \
    --advertise-client-urls http://127.0.0.1:23790 \
    --listen-peer-urls http://127.0.0.1:23800 \
    --initial-advertise-peer-urls http://127.0.0.1:23800 \
    --initial-cluster default=http://127.0.0.1:23800
  start_apiserver
  start controllers "${KUBE_BIN}/kube-controller-manager" \
    --kubeconfig="${KUBE_RUN}/controller.kubeconfig" --leader-elect=false \
    --service-account-private-key-file="${KUBE_RUN}/pki/sa.key" \
    --bind-address=127.0.0.1 --secure-port=16257 --port=0
  await 60 kubectl get serviceaccount default ||
    fail "the controllers do not work; see ${KUBE_RUN}/controllers.log"
  say "ready after ${SECONDS} s; kubeconfig files are in ${KUBE_RUN}"
}

main "$@"

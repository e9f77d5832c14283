#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tests on a real Kubernetes: builds what is missing, starts a cluster,
# tests, gives it a node, tests the whole chain, ends it. As root, on Debian 12;
# some 8 minutes when all is built.
#
# Usage: tests/kubernetes/run.sh [BAZEL STARTUP OPTION...]
# EYRIE_KUBERNETES_FILTER chooses tests, as --gtest_filter.
# EYRIE_KUBERNETES_BURST: pods that start at once; 40 if not set.

set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/kubernetes/environment.sh
. "${HERE}/environment.sh"

run_test() {  # run_test NAME
  (
    cd "${BUILT}/tests/kubernetes/$1.runfiles/eyrie"
    inside env TEST_TMPDIR="${KUBE_RUN}" EYRIE_KUBERNETES_RUN="${KUBE_RUN}" \
      EYRIE_KUBERNETES_BIN="${KUBE_BIN}" EYRIE_KUBERNETES_SCRIPTS="${HERE}" \
      "tests/kubernetes/$1" --gtest_filter="${EYRIE_KUBERNETES_FILTER:-*}"
  )
}

main() {
  [[ ${EUID} -eq 0 ]] || fail "needs root, for a network namespace"
  "${HERE}/build.sh"
  cd "${HERE}/../.."
  bazel "$@" build //tests/kubernetes:{pod_watch_test,chain_test}
  BUILT=$(bazel "$@" info bazel-bin)
  trap '"${HERE}/down.sh"' EXIT
  "${HERE}/down.sh"
  "${HERE}/up.sh"
  kubectl apply -f deploy/kubernetes/rbac.yaml
  local result=0
  run_test pod_watch_test || result=1
  "${HERE}/node_up.sh"
  run_test chain_test || result=1
  return "${result}"
}

main "$@"

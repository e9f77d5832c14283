#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tests on a real Kubernetes: builds what is missing, starts a cluster,
# tests, ends it. As root, on Debian 12; a minute or two when all is built.
#
# Usage: tests/kubernetes/run.sh [BAZEL STARTUP OPTION...]
# EYRIE_KUBERNETES_FILTER chooses tests, as --gtest_filter.

set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/kubernetes/environment.sh
. "${HERE}/environment.sh"

main() {
  [[ ${EUID} -eq 0 ]] || fail "needs root, for a network namespace"
  "${HERE}/build.sh"
  cd "${HERE}/../.."
  bazel "$@" build //tests/kubernetes:pod_watch_test
  local built
  built=$(bazel "$@" info bazel-bin)
  trap '"${HERE}/down.sh"' EXIT
  "${HERE}/down.sh"
  "${HERE}/up.sh"
  kubectl apply -f deploy/kubernetes/rbac.yaml
  cd "${built}"
  inside env EYRIE_KUBERNETES_RUN="${KUBE_RUN}" EYRIE_KUBERNETES_BIN="${KUBE_BIN}" \
    EYRIE_KUBERNETES_SCRIPTS="${HERE}" EYRIE_KUBERNETES_NETNS="${KUBE_NETNS}" \
    tests/kubernetes/pod_watch_test \
    --gtest_filter="${EYRIE_KUBERNETES_FILTER:-*}"
}

main "$@"

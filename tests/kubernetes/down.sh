#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Ends what up.sh started; does nothing where nothing runs.
#
# Usage: tests/kubernetes/down.sh

set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/kubernetes/environment.sh
. "${HERE}/environment.sh"

for name in kubelet scheduler; do stop "${name}"; done
# Also containerd, its shims and pods, their mounts and control groups.
[[ ! -e ${KUBE_NODE} ]] ||
  "${HERE}/../../collector/containers/testing/stop_engine.sh" "${KUBE_NODE}" \
    /kubepods </dev/null
for name in containerd controllers apiserver etcd; do stop "${name}"; done
[[ ! -e /run/netns/${KUBE_NETNS} ]] || ip netns del "${KUBE_NETNS}"

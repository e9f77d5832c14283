#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Ends what up.sh started; does nothing where nothing runs.
#
# Usage: tests/kubernetes/down.sh

set -uo pipefail
# shellcheck source=tests/kubernetes/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

for name in controllers apiserver etcd; do stop "${name}"; done
[[ ! -e /run/netns/${KUBE_NETNS} ]] || ip netns del "${KUBE_NETNS}"

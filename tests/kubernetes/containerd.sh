#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Takes the containerd of a running node away, and brings it back. Its
# containers go on.
#
# Usage: tests/kubernetes/containerd.sh kill|start

set -euo pipefail
# shellcheck source=tests/kubernetes/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

case "${1:-}" in
  kill) stop containerd KILL ;;
  start) start_containerd ;;
  *) fail "usage: containerd.sh kill|start" ;;
esac

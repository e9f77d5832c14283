#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Takes the API server of a running cluster away, and brings it back.
#
# Usage: tests/kubernetes/apiserver.sh kill|start|freeze|thaw

set -euo pipefail
# shellcheck source=tests/kubernetes/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

case "${1:-}" in
  kill) stop apiserver KILL ;;
  start) start_apiserver ;;
  freeze) kill -STOP "$(<"${KUBE_RUN}/apiserver.pid")" ;;
  thaw) kill -CONT "$(<"${KUBE_RUN}/apiserver.pid")" ;;
  *) fail "usage: apiserver.sh kill|start|freeze|thaw" ;;
esac

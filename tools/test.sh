#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds everything, runs every test.
#
# Usage: tools/test.sh [BAZEL-FLAG]... [TARGET]...
#   tools/test.sh                          everything
#   tools/test.sh --config=asan            everything, with AddressSanitizer
#   tools/test.sh //rules/...              the tests below rules/
#
# The last line is "N passed, N failed" (", N skipped" if any), counting test
# cases. The exit code is 0 only if all passed and no test skipped itself
# although this machine has what it needs.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

main() {
  tools/setup.sh

  local argument has_target=false
  for argument in "$@"; do
    [[ "${argument}" == -* ]] || has_target=true
  done
  local targets=()
  "${has_target}" || targets=(//...)

  local flags=(--keep_going)
  # Plain lines where nobody watches.
  [[ -t 1 ]] || flags+=(--curses=no --color=no)
  # Some tests check against reference material that lies beside the
  # repository. Its path is part of what a cached result depends on.
  local shared
  if shared=$(cd ../shared 2>/dev/null && pwd); then
    flags+=("--test_env=EYRIE_SHARED_DIR=${shared}")
  fi

  # Not local: the trap runs after main is gone.
  events=$(mktemp)
  trap 'rm -f "${events}"' EXIT
  local status=0
  bazel test "${flags[@]}" --build_event_json_file="${events}" \
    "$@" "${targets[@]}" || status=$?

  local summary_status=0
  python3 tools/test_summary.py --bazel-status="${status}" "${events}" ||
    summary_status=$?
  exit "${summary_status}"
}

main "$@"

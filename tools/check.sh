#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What a change must pass before it is proposed, besides the tests: layout,
# licence lines, shell scripts, release notes. Takes seconds.
#
# Usage: tools/check.sh [--tidy]
#   --tidy   also runs clang-tidy on the C++ files that differ from main (slow)
#
# That the generated pages are fresh is a test: tools/test.sh //tools/docs/...

set -uo pipefail

cd "${BUILD_WORKSPACE_DIRECTORY:-$(dirname "${BASH_SOURCE[0]}")/..}" || exit 1

FAILED=false

# Says what is wrong: a heading and lines. No lines are fine.
report() {
  [[ -n "$2" ]] || return 0
  printf 'check: %s:\n%s\n' "$1" "$2" >&2
  FAILED=true
}

check_layout() {
  report 'not laid out (bazel run //:format)' "$(
    tools/format.sh --check 2>&1 | grep 'error:' | cut -d: -f1 | sort -u
  )"
}

check_licence_lines() {
  report 'no SPDX line' "$(
    git ls-files '*.cc' '*.c' '*.h' '*.sh' '*.py' '*.bzl' '*.bazel' '*.proto' \
      '*.def' |
      while read -r file; do
        head -n 3 "${file}" | grep --quiet SPDX-License-Identifier ||
          printf '%s\n' "${file}"
      done
  )"
}

check_shell() {
  command -v shellcheck >/dev/null || {
    printf 'check: no shellcheck; scripts are not checked\n' >&2
    return
  }
  report 'shell scripts' "$(
    git ls-files '*.sh' .ci/run |
      xargs shellcheck --severity=warning --format=gcc 2>&1
  )"
}

check_text() {
  report 'unfinished; finish it or open an issue' "$(
    git grep --line-number --extended-regexp 'TODO|FIXME' -- \
      '*.cc' '*.h' '*.c' '*.sh' '*.bzl' '*.proto' ':!tools/check.sh'
  )"
  report 'blanks at the end of a line' "$(
    git grep --line-number --extended-regexp '[[:blank:]]+$' -- \
      '*.cc' '*.h' '*.sh' '*.md' '*.yaml' '*.bazel' '*.bzl'
  )"
}

# Notes stand in changes/KIND/NAME.md and are one paragraph.
check_notes() {
  report 'no release note (see changes/README.md)' "$(
    find changes -type f ! -name README.md |
      grep --extended-regexp --invert-match \
        '^changes/(feature|fix|performance|breaking)/[a-z0-9-]+\.md$'
  )"
}

tidy() {
  local files
  mapfile -t files < <(git diff --name-only --diff-filter=d main -- '*.cc')
  [[ ${#files[@]} -gt 0 ]] || return 0
  report 'clang-tidy' "$(
    clang-tidy-14 --quiet "${files[@]}" -- -std=c++20 -I. -Ibazel-bin \
      -Ibazel-bin/proto 2>/dev/null | grep 'error:'
  )"
}

main() {
  case "${1:-}" in
    '' | --tidy) ;;
    *)
      printf 'check: unknown argument %s (usage: check.sh [--tidy])\n' "$1" >&2
      exit 2
      ;;
  esac
  check_layout
  check_licence_lines
  check_shell
  check_text
  check_notes
  if [[ "${1:-}" == --tidy ]]; then tidy; fi
  if "${FAILED}"; then exit 1; fi
  printf 'check: all well\n'
}

main "$@"

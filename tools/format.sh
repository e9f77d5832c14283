#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Lays out all C++ files as .clang-format says.
#
# Usage: tools/format.sh [--check]
#   --check   changes nothing; names the files that would change, exit code 1
#
# C that the kernel's side shares keeps the kernel's style, by hand. Needs
# clang-format 14 (Debian: clang-format-14).

set -euo pipefail

cd "${BUILD_WORKSPACE_DIRECTORY:-$(dirname "${BASH_SOURCE[0]}")/..}"

readonly KERNEL_STYLE='^(bpf/[^/]*\.(bpf\.[ch]|h)|bpf/testing/record_layout\.h|proto/record\.h|proto/record_layout_c\.c)$'

main() {
  local mode=(-i)
  case "${1:-}" in
    '') ;;
    --check) mode=(--dry-run -Werror) ;;
    *)
      printf 'format: unknown argument %s (usage: format.sh [--check])\n' \
        "$1" >&2
      exit 2
      ;;
  esac
  local program
  program=$(command -v clang-format-14 || command -v clang-format) || {
    printf 'format: error: no clang-format; apt-get install clang-format-14\n' >&2
    exit 1
  }
  local files
  mapfile -t files < <(git ls-files '*.cc' '*.c' '*.h' |
    grep --extended-regexp --invert-match "${KERNEL_STYLE}")
  "${program}" --style=file "${mode[@]}" "${files[@]}"
}

main "$@"

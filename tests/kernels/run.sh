#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the BPF tests on kernels of the distribution, in a virtual machine
# without acceleration.
#
# Usage: tests/kernels/run.sh [OPTION]... [PACKAGE]...
#   PACKAGE          a Debian kernel package, by its own name or that of a
#                    metapackage; default: linux-image-amd64,
#                    linux-image-cloud-amd64, linux-image-rt-amd64 and
#                    linux-image-6.12-amd64
#   --filter=FILTER  only test cases that match, see gtest's --gtest_filter
#   --append=WORDS   added to the kernel's command line, e.g. preempt=full
#   --keep=FOLDER    leave packages and logs there; what is there is used again
#
# Packages are downloaded and unpacked, not installed. Prints a table, and exits
# with 1 if a kernel did not start or a test failed. Needs qemu-system-x86, cpio
# and about 2.5 GB of memory; no root. BAZEL names the command that builds.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly HERE=tests/kernels
readonly DEFAULT_PACKAGES=(
  linux-image-amd64
  linux-image-cloud-amd64
  linux-image-rt-amd64
  linux-image-6.12-amd64
)
readonly TESTS=(//bpf:every_bpf_test //collector/source:bpf_event_source_bpf_test)
readonly DUMP_EVENTS=//collector/source:dump_events
# Until the machine must have switched itself off.
readonly MACHINE_SECONDS=3600
# Programs that the tests, and the script inside, run.
readonly GUEST_PROGRAMS=(bash cat chmod chroot cp dash date grep id insmod ip ln
  ls mkdir mount sh sleep timeout true umount uname)

PACKAGES=()
FILTER='*'
APPEND=''
FOLDER=''

fail() {
  printf 'kernels: error: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '4,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

parse_arguments() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --filter=*) FILTER=${1#*=} ;;
      --append=*) APPEND=${1#*=} ;;
      --keep=*) FOLDER=${1#*=} ;;
      -h | --help)
        usage
        exit 0
        ;;
      -*)
        printf 'kernels: unknown option %s; see --help\n' "$1" >&2
        exit 2
        ;;
      *) PACKAGES+=("$1") ;;
    esac
    shift
  done
  [[ ${#PACKAGES[@]} -gt 0 ]] || PACKAGES=("${DEFAULT_PACKAGES[@]}")
}

need() {
  command -v "$1" >/dev/null || fail "no $1: apt-get install $2"
}

make_folder() {
  if [[ -z "${FOLDER}" ]]; then
    FOLDER=$(mktemp -d)
    trap 'rm -rf "${FOLDER}"' EXIT
  fi
  mkdir -p "${FOLDER}"
  FOLDER=$(cd "${FOLDER}" && pwd)
}

# The package that holds the kernel: itself, or what a metapackage asks for.
kernel_package() {
  local depends
  depends=$(apt-cache depends --important "$1" 2>/dev/null |
    awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }')
  printf '%s\n' "${depends:-$1}"
}

# Unpacks the package once, below FOLDER.
unpack() {
  local package=$1 folder=${FOLDER}/$1
  compgen -G "${folder}/boot/vmlinuz-*" >/dev/null && return
  mkdir -p "${folder}"
  (cd "${folder}" && apt-get download -qq "${package}" 2>/dev/null) ||
    fail "no package ${package}: see apt-cache search linux-image"
  dpkg -x "${folder}"/*.deb "${folder}"
  rm "${folder}"/*.deb
}

# Copies a program with the libraries it needs, to where they are here.
install_program() {
  local root=$1 program=$2 target=$3 library
  install -D "${program}" "${root}${target}"
  while read -r library; do
    [[ -e "${root}${library}" ]] || install -D "${library}" "${root}${library}"
  done < <(ldd "${program}" | grep -o '/[^ ]*')
}

# Where Bazel puts what it builds of a label.
built() {
  local path=${1#//}
  printf 'bazel-bin/%s\n' "${path/://}"
}

build_initramfs() {
  local root=${FOLDER}/root program
  rm -rf "${root}"
  mkdir -p "${root}"/{bin,dev,etc,proc,sys,tmp,tests,usr/bin}
  chmod 1777 "${root}/tmp"
  for program in "${GUEST_PROGRAMS[@]}"; do
    install_program "${root}" "$(type -P "${program}")" "/bin/${program}"
  done
  printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' \
    >"${root}/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"${root}/etc/group"
  for program in "${TESTS[@]}"; do
    install_program "${root}" "$(built "${program}")" "/tests/${program##*:}"
  done
  install_program "${root}" "$(built "${DUMP_EVENTS}")" /bin/dump_events
  printf '%s\n' "${FILTER}" >"${root}/tests/filter"
  install "${HERE}/guest_init.sh" "${root}/init"
  (cd "${root}" && find . | cpio --quiet -o -H newc) >"${FOLDER}/initramfs"
}

# Adds to the first files what must be loaded into this kernel.
add_modules() {
  local package=$1 root=${FOLDER}/modules module
  rm -rf "${root}"
  mkdir -p "${root}"
  module=$(find "${FOLDER}/${package}/lib" -name 'overlay.ko*' -print -quit)
  case ${module} in
    *.xz) xz -dc "${module}" >"${root}/overlay.ko" ;;
    ?*) cp "${module}" "${root}/overlay.ko" ;;
  esac
  (cd "${root}" && find . | cpio --quiet -o -H newc) |
    cat "${FOLDER}/initramfs" - >"${FOLDER}/initrd"
}

# Boots one kernel; leaves what it said in PACKAGE.log. Where others use the
# processors, too, the kernel would find its timer too slow to be one.
boot() {
  local package=$1
  timeout "${MACHINE_SECONDS}" qemu-system-x86_64 -accel tcg -cpu max -m 2G \
    -smp 2 -display none -no-reboot -nodefaults -serial stdio \
    -kernel "${FOLDER}/${package}"/boot/vmlinuz-* \
    -initrd "${FOLDER}/initrd" \
    -append "console=ttyS0 quiet loglevel=1 panic=-1 no_timer_check \
      rdinit=/init ${APPEND}" \
    </dev/null >"${FOLDER}/${package}.log" 2>&1 || true
}

main() {
  parse_arguments "$@"
  need qemu-system-x86_64 'qemu-system-x86'
  need cpio cpio
  need ip iproute2
  ${BAZEL:-bazel} build "${TESTS[@]}" "${DUMP_EVENTS}"
  make_folder
  build_initramfs
  local package logs=()
  for package in "${PACKAGES[@]}"; do
    package=$(kernel_package "${package}")
    unpack "${package}"
    add_modules "${package}"
    printf 'kernels: %s\n' "${package}" >&2
    boot "${package}"
    logs+=("${FOLDER}/${package}.log")
  done
  python3 "${HERE}/summarize.py" "${logs[@]}"
}

main "$@"

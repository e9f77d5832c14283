#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what building and testing Eyrie needs and this machine lacks.
#
# For Debian 12, as root or with sudo. Does nothing, quickly, when all is there.
# Usage: tools/setup.sh [--list]   (--list prints the packages)

set -euo pipefail

readonly PACKAGES=(
  # Build tools. bazel-bootstrap brings Bazel 4.2.3 and the JDK it runs on;
  # the two rule sets are what it would otherwise download.
  bazel-bootstrap
  bazel-rules-java
  bazel-rules-proto
  g++
  lld
  pkg-config
  protobuf-compiler
  protobuf-compiler-grpc
  # BPF.
  bpftool
  clang-14
  libbpf-dev
  libelf-dev
  linux-libc-dev
  # Libraries.
  libabsl-dev
  libcpp-httplib-dev
  libcurl4-openssl-dev
  libgrpc++-dev
  libprotobuf-dev
  libre2-dev
  librocksdb-dev
  libspdlog-dev
  libssl-dev
  libyaml-cpp-dev
  libzstd-dev
  nlohmann-json3-dev
  prometheus-cpp-dev
  zlib1g-dev
  # Tests. python3 sums up the results; the sanitizers' runtimes come with g++
  # and with libclang-rt-14-dev. Containers run on busybox.
  busybox-static
  ca-certificates
  containerd
  containernetworking-plugins
  libbenchmark-dev
  libclang-rt-14-dev
  libgmock-dev
  libgtest-dev
  openssl
  podman
  procps
  python3
  runc
)

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}

# Prints the packages of PACKAGES that are not installed, one a line.
missing_packages() {
  local installed
  # A package may have an architecture suffix; one that is not known at all
  # makes dpkg-query fail, which only says that it is missing.
  installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' \
    "${PACKAGES[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "${PACKAGES[@]}" | sort) \
    <(printf '%s\n' "${installed}" | sort)
}

check_distribution() {
  local id='' version=''
  if [[ -r /etc/os-release ]]; then
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && printf '%s' "${ID:-}")
    # shellcheck source=/dev/null
    version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
  fi
  if [[ "${id}" != debian || "${version}" != 12 ]]; then
    fail "this is ${id:-an unknown system} ${version}; only Debian 12 is" \
      "supported, because the build uses its library versions"
  fi
}

main() {
  if [[ "${1:-}" == --list ]]; then
    printf '%s\n' "${PACKAGES[@]}"
    return
  fi
  [[ $# -eq 0 ]] || fail "unknown argument $1 (usage: tools/setup.sh [--list])"
  check_distribution

  local missing
  mapfile -t missing < <(missing_packages)
  if [[ ${#missing[@]} -eq 0 ]]; then
    say "all ${#PACKAGES[@]} packages are installed"
    return
  fi

  local as_root=()
  if [[ ${EUID} -ne 0 ]]; then
    command -v sudo >/dev/null ||
      fail "not root and no sudo; as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi

  say "installing ${#missing[@]} of ${#PACKAGES[@]} packages: ${missing[*]}"
  say "updating the package lists (1 of 2)"
  # Lists that cannot be fetched may still be good enough.
  "${as_root[@]}" apt-get update -qq ||
    say "could not update the package lists; going on with the old ones"
  say "downloading and installing (2 of 2); a first time takes minutes"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install \
    --yes --no-install-recommends -qq -o Dpkg::Use-Pty=0 "${missing[@]}" \
    >/tmp/eyrie-setup.$$.log 2>&1 || {
    tail -n 30 /tmp/eyrie-setup.$$.log >&2
    rm -f /tmp/eyrie-setup.$$.log
    fail "apt-get install failed; its last lines are above"
  }
  rm -f /tmp/eyrie-setup.$$.log

  mapfile -t missing < <(missing_packages)
  [[ ${#missing[@]} -eq 0 ]] || fail "still missing: ${missing[*]}"
  say "done"
}

main "$@"

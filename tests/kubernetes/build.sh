#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the programs of a real Kubernetes for tests, from the distribution's
# source package with the distribution's Go. About 11 minutes of one core and 3
# GB of disk, once; later calls find them and return.
#
# Usage: tests/kubernetes/build.sh [--again]
# EYRIE_KUBERNETES_DIR: where; ~/.cache/eyrie-kubernetes if not set.

set -euo pipefail
# shellcheck source=tests/kubernetes/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

readonly VERSION=1.20.2
readonly IMPORT=k8s.io/kubernetes
readonly TREE=${KUBE_CACHE}/gopath/src/${IMPORT}

# Source packages are not among a machine's usual ones. A private copy of its
# list asks for them, so that nothing below /etc changes.
fetch_source() {
  mkdir -p "${KUBE_CACHE}"/{sources,lists/partial,package}
  sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources \
    >"${KUBE_CACHE}/sources/debian.sources"
  local options=(-q -o Dir::Etc::sourcelist=/dev/null
    -o Dir::Etc::sourceparts="${KUBE_CACHE}/sources"
    -o Dir::State::lists="${KUBE_CACHE}/lists" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update >/dev/null
  (cd "${KUBE_CACHE}/package" &&
    apt-get "${options[@]}" source --download-only kubernetes)
  rm -rf "${TREE}"
  mkdir -p "$(dirname "${TREE}")"
  dpkg-source --no-check -x "${KUBE_CACHE}"/package/kubernetes_*.dsc "${TREE}" \
    >/dev/null
}

# Folders with types that the API describes, as import paths joined by commas.
# Dependencies are links into staging/, which only `grep -R` follows.
openapi_packages() {
  {
    grep -rl --include='*.go' '+k8s:openapi-gen=' pkg cmd plugin
    grep -Rl --include='*.go' '+k8s:openapi-gen=' vendor/k8s.io |
      grep --extended-regexp --invert-match \
        '^vendor/k8s.io/(code-generator|sample-apiserver|kube-openapi|gengo)/'
  } | grep --invert-match '_test.go$' | xargs -n1 dirname | sort -u |
    sed "s#^#${IMPORT}/#" | paste -sd,
}

# The one generated file that the source package does not have.
generate_openapi() {
  go build -o "${KUBE_BIN}/openapi-gen" \
    "${IMPORT}/vendor/k8s.io/kube-openapi/cmd/openapi-gen"
  "${KUBE_BIN}/openapi-gen" --logtostderr -i "$(openapi_packages)" \
    -h hack/boilerplate/boilerplate.generatego.txt \
    -p "${IMPORT}/pkg/generated/openapi" -O zz_generated.openapi \
    -r "${KUBE_CACHE}/openapi-violations.txt"
}

build() {
  local flags='-s -w' package program
  for package in component-base/version client-go/pkg/version; do
    flags+=" -X ${IMPORT}/vendor/k8s.io/${package}.gitVersion=v${VERSION}"
    flags+=" -X ${IMPORT}/vendor/k8s.io/${package}.gitMajor=1"
    flags+=" -X ${IMPORT}/vendor/k8s.io/${package}.gitMinor=20"
  done
  for program in "${KUBE_PROGRAMS[@]}"; do
    say "building ${program}"
    go build -p 1 -ldflags "${flags}" -o "${KUBE_BIN}/${program}" \
      "./cmd/${program}"
  done
}

main() {
  if [[ ${1:-} != --again ]] && has_programs; then
    say "all programs are in ${KUBE_BIN}"
    return
  fi
  local tool
  for tool in go dpkg-source; do
    command -v "${tool}" >/dev/null || fail "no ${tool}; apt-get install" \
      "--no-install-recommends golang-go dpkg-dev etcd-server"
  done
  mkdir -p "${KUBE_BIN}"
  say "fetching the source"
  fetch_source
  # Without modules: with them this Go wants to change the source's go.mod.
  export GOPATH=${KUBE_CACHE}/gopath GOCACHE=${KUBE_CACHE}/gocache
  export GO111MODULE=off CGO_ENABLED=0 GOPROXY=off GOFLAGS=
  cd "${TREE}"
  say "generating the description of the API"
  generate_openapi
  build
  say "done: ${KUBE_BIN}"
}

main "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Shows Eyrie at work on this machine: an event of this kernel becomes an
# incident on screen.
#
# Installs what building needs (Debian 12), builds, starts a server and a
# collector in a temporary folder, sets off a harmless detection, shows the
# incident, and cleans up. Needs root for the kernel's events.
#
# Usage: tools/quickstart.sh [--keep]
#   --keep   leave server and collector running, and say how to stop them

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# How long each step of the run may take before it is given up.
readonly STEP_SECONDS=30
readonly NODE=quickstart

KEEP=false
FOLDER=''
SERVER_PID=''
COLLECTOR_PID=''
BIN=''
SERVER=''
ADDRESS=''
LINE=''
INCIDENT=''

if [[ -t 1 ]]; then
  readonly BOLD=$'\e[1m' PLAIN=$'\e[0m'
else
  readonly BOLD='' PLAIN=''
fi

say() { printf '%squickstart:%s %s\n' "${BOLD}" "${PLAIN}" "$*"; }

fail() {
  printf 'quickstart: error: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '4,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

parse_arguments() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --keep) KEEP=true ;;
      -h | --help)
        usage
        exit 0
        ;;
      *)
        printf 'quickstart: unknown argument %s; see --help\n' "$1" >&2
        exit 2
        ;;
    esac
    shift
  done
}

# Says at once, not after a build of minutes, that the run cannot work.
check_machine() {
  [[ ${EUID} -eq 0 ]] ||
    fail "the collector reads the kernel's events and needs root; run" \
      "sudo tools/quickstart.sh"
  [[ $(uname -s) == Linux ]] || fail "this is $(uname -s); Eyrie needs Linux"
  local release major minor
  release=$(uname -r)
  IFS=. read -r major minor _ <<<"${release}"
  minor=${minor%%[^0-9]*}
  ((major > 5 || (major == 5 && minor >= 8))) ||
    fail "the kernel is ${release}; the sensor needs 5.8 or newer"
  [[ -r /sys/kernel/btf/vmlinux ]] ||
    fail "the kernel ${release} has no type information" \
      "(/sys/kernel/btf/vmlinux); the sensor needs one built with" \
      "CONFIG_DEBUG_INFO_BTF=y, as those of Debian 12 are"
  [[ ! -r /sys/kernel/security/lockdown ]] ||
    ! grep -q '\[confidentiality\]' /sys/kernel/security/lockdown ||
    fail "the kernel is locked down (confidentiality) and lets nobody read" \
      "its events; boot without lockdown=confidentiality"
}

build() {
  tools/setup.sh
  local flags=()
  [[ -t 1 ]] || flags+=(--curses=no --color=no)
  say "building; the first time takes some minutes"
  bazel build "${flags[@]}" //server:eyrie-server \
    //collector:eyrie-collector //clients/cli:eyrie
  BIN=$(bazel info bazel-bin 2>/dev/null)
}

cleanup() {
  local status=$?
  trap - EXIT INT TERM
  if ! "${KEEP}" || [[ ${status} -ne 0 ]]; then
    # The collector first: it hands over what it has.
    local pid
    for pid in ${COLLECTOR_PID} ${SERVER_PID}; do
      kill "${pid}" 2>/dev/null || true
      wait "${pid}" 2>/dev/null || true
    done
    [[ -z ${FOLDER} ]] || rm -rf "${FOLDER}"
  fi
  exit "${status}"
}

# Whether nobody listens on a port of this machine.
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Puts into ADDRESS 127.0.0.1 with the usual port, or with any free one if that
# is taken. (No command substitutions: bash stumbles over Ctrl-C within them.)
choose_address() {
  ADDRESS=127.0.0.1:$1
  is_free "$1" || ADDRESS=127.0.0.1:0
}

# Usage: fail_with_log NAME MESSAGE
fail_with_log() {
  printf '%s\n' "--- the end of the $1's log" >&2
  tail -n 10 "${FOLDER}/$1.log" >&2
  fail "$2"
}

# Waits until a program's log has a line that begins so, and puts it in LINE.
# Usage: wait_for_line NAME PID BEGINNING
wait_for_line() {
  local name=$1 pid=$2 beginning=$3 deadline=$((SECONDS + STEP_SECONDS))
  while true; do
    while IFS= read -r LINE; do
      [[ ${LINE} != "${beginning}"* ]] || return 0
    done <"${FOLDER}/${name}.log"
    kill -0 "${pid}" 2>/dev/null ||
      fail_with_log "${name}" "the ${name} did not start; its log says why"
    ((SECONDS < deadline)) ||
      fail_with_log "${name}" "the ${name} did not start in time"
    sleep 0.05
  done
}

# Starts a program in the background, out of reach of Ctrl-C: cleanup ends it.
# Usage: start NAME COMMAND...; sets STARTED_PID.
start() {
  local name=$1
  shift
  : >"${FOLDER}/${name}.log"
  setsid "$@" >"${FOLDER}/${name}.log" 2>&1 </dev/null &
  STARTED_PID=$!
}

start_server() {
  say "starting the server"
  choose_address 7443
  local grpc=${ADDRESS}
  choose_address 7480
  start server "${BIN}/server/eyrie-server" \
    --data-dir "${FOLDER}/data" --rules rules/library \
    --listen "${grpc}" --http-listen "${ADDRESS}"
  SERVER_PID=${STARTED_PID}
  wait_for_line server "${SERVER_PID}" 'listening grpc='
  SERVER=${LINE#listening grpc=}
  SERVER=${SERVER%% *}
}

start_collector() {
  say "starting the collector"
  choose_address 7481
  start collector "${BIN}/collector/eyrie-collector" \
    --server "${SERVER}" --node "${NODE}" --http-listen "${ADDRESS}"
  COLLECTOR_PID=${STARTED_PID}
  wait_for_line collector "${COLLECTOR_PID}" 'listening http='
}

eyrie() { "${BIN}/clients/cli/eyrie" --server "${SERVER}" "$@"; }

# Usage: wait_until WHAT COMMAND...
wait_until() {
  local what=$1 deadline=$((SECONDS + STEP_SECONDS))
  shift
  until "$@"; do
    kill -0 "${COLLECTOR_PID}" 2>/dev/null ||
      fail_with_log collector "the collector ended"
    ((SECONDS < deadline)) ||
      fail_with_log collector "${what} did not happen in time"
    sleep 0.05
  done
}

# Connected, and told which events the rules need.
is_connected() {
  local node
  node=$(eyrie nodes get "${NODE}" -o json 2>/dev/null) &&
    [[ ${node} == *'"state":"CONNECTED"'* && ${node} == *'"configVersion"'* ]]
}

find_incident() {
  local incident
  incident=$(eyrie incidents list --rule 'Password hashes read' --limit 1 \
    -o json 2>/dev/null) && [[ ${incident} =~ \"id\":\"([0-9a-f]+)\" ]] &&
    INCIDENT=${BASH_REMATCH[1]}
}

run() {
  local began=${EPOCHREALTIME/./}
  FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/eyrie-quickstart.XXXXXX")
  start_server
  start_collector
  wait_until "connecting" is_connected
  say "the node is connected; running: cat /etc/shadow >/dev/null"
  cat /etc/shadow >/dev/null
  wait_until "the incident" find_incident
  local milliseconds=$(((${EPOCHREALTIME/./} - began) / 1000))
  printf '\n'
  eyrie incidents list
  printf '\n'
  eyrie incidents get "${INCIDENT}"
  printf '\n'
  say "from the start of the server to the incident: ${milliseconds} ms"
}

say_whats_next() {
  if "${KEEP}"; then
    # Short where it can be: Bazel's link, and the CLI's default server.
    local command="${BIN}/clients/cli/eyrie"
    [[ ! bazel-bin -ef ${BIN} ]] || command=bazel-bin/clients/cli/eyrie
    [[ ${SERVER} == 127.0.0.1:7443 ]] || command+=" --server ${SERVER}"
    cat <<END

Server (pid ${SERVER_PID}) and collector (pid ${COLLECTOR_PID}) go on running:
  ${command} incidents watch
  ${command} events watch --filter 'evt.type = execve'
  ${command} rules list
Data and logs are in ${FOLDER}. To stop and clean up:
  kill ${COLLECTOR_PID} ${SERVER_PID} && rm -rf ${FOLDER}
END
  else
    cat <<END

What next:
  tools/quickstart.sh --keep       leaves it running, to try more
  docs/rules.md                    what the shipped rules detect
  docs/rule_language.md            how to write your own
  docs/operations.md               how to run it for real, with TLS
END
  fi
}

main() {
  parse_arguments "$@"
  check_machine
  build
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  run
  say_whats_next
}

main "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes the recordings that stream_benchmark judges, in
# tests/benchmarks/streams: a server and a collector run while busybox works in
# an empty room, a root and namespaces of its own without this machine's names,
# files and environment; keep_room leaves only what happened there. Needs root
# and busybox-static.
#
# Usage: tests/benchmarks/record_streams.sh

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly OUT=tests/benchmarks/streams
FOLDER=$(mktemp --directory)
readonly FOLDER
CGROUP=/sys/fs/cgroup
# Where control groups have several hierarchies, the one that the sensor reads.
[[ ! -d ${CGROUP}/memory ]] || CGROUP+=/memory
readonly CGROUP=${CGROUP}/room
SERVER_PID='' COLLECTOR_PID='' ROOM_PID=''

cleanup() {
  local pid
  for pid in ${COLLECTOR_PID} ${SERVER_PID}; do
    kill "${pid}" 2>/dev/null || true
    wait "${pid}" 2>/dev/null || true
  done
  rm -rf "${FOLDER}"
  [[ ! -d ${CGROUP} ]] || rmdir "${CGROUP}"
}
trap cleanup EXIT

# Usage: make_room LOAD
make_room() {
  local room=${FOLDER}/room
  rm -rf "${room}"
  mkdir -p "${room}"/{bin,dev,etc,old,proc,srv,tmp,var/log}
  cp "$(command -v busybox)" "${room}/bin/busybox"
  chroot "${room}" /bin/busybox --install -s /bin
  printf 'root:x:0:0:root:/:/bin/sh\n' >"${room}/etc/passwd"
  printf '127.0.0.1 localhost node\n' >"${room}/etc/hosts"
  cp "${OUT}/$1.sh" "${room}/bin/load"
  chmod 755 "${room}/bin/load"
  mknod --mode=666 "${room}/dev/null" c 1 3
  mkfifo "${room}/tmp/go"
}

start_programs() {
  local bin server
  bin=$(bazel info bazel-bin 2>/dev/null)
  "${bin}/server/eyrie-server" --data-dir "${FOLDER}/data" \
    --rules rules/library --listen 127.0.0.1:0 --http-listen 127.0.0.1:0 \
    >"${FOLDER}/server.log" 2>&1 &
  SERVER_PID=$!
  until server=$(grep --no-messages '^listening grpc=' \
    "${FOLDER}/server.log"); do
    sleep 0.1
  done
  server=${server#listening grpc=}
  server=${server%% *}
  "${bin}/collector/eyrie-collector" --node node --http-listen 127.0.0.1:0 \
    --server "${server}" --record "${FOLDER}/all" \
    >"${FOLDER}/collector.log" 2>&1 &
  COLLECTOR_PID=$!
  # Until it knows which types of events the rules need.
  until "${bin}/clients/cli/eyrie" --server "${server}" nodes get node -o json \
    2>/dev/null | grep --quiet '"configVersion"'; do
    sleep 0.1
  done
}

stop_programs() {
  kill "${COLLECTOR_PID}"
  wait "${COLLECTOR_PID}"
  COLLECTOR_PID=''
  kill "${SERVER_PID}"
  wait "${SERVER_PID}"
  SERVER_PID=''
}

# Runs the load in the room, as process ROOM_PID. The room is a mount of its
# own, so that paths begin there, and has a control group of its own.
run_room() {
  local starter
  (
    echo "${BASHPID}" >"${CGROUP}/cgroup.procs"
    exec env -i PATH=/usr/bin:/usr/sbin /usr/bin/unshare --pid --fork --mount \
      --uts --ipc --net --wd="${FOLDER}" /usr/bin/sh -c '
        mount --bind room room && cd room && pivot_root . old &&
          unset PWD OLDPWD && PATH=/bin && umount -l /old &&
          read -r _ </tmp/go &&
          exec /bin/env -i PATH=/bin HOME=/ /bin/sh /bin/load'
  ) &
  starter=$!
  until ROOM_PID=$(pgrep --parent "${starter}"); do sleep 0.1; done
  echo >"${FOLDER}/room/tmp/go"
  wait "${starter}"
}

# Usage: record LOAD
record() {
  make_room "$1"
  start_programs
  run_room
  sleep 1 # the last events reach the file
  stop_programs
  "$(bazel info bazel-bin 2>/dev/null)/tests/benchmarks/keep_room" \
    "${ROOM_PID}" "${FOLDER}/all" "${OUT}/$1.recording"
  chmod 644 "${OUT}/$1.recording"
  rm -rf "${FOLDER}/data" "${FOLDER}/all"
}

bazel build //clients/cli:eyrie //collector:eyrie-collector \
  //server:eyrie-server //tests/benchmarks:keep_room
mkdir "${CGROUP}"
for load in programs files connections; do
  record "${load}"
done

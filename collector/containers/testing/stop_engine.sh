#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Stops a container engine that a test has started, once the test lets go of
# this script's standard input: also when the test crashes.
#
# Usage: stop_engine.sh FOLDER TOKEN
#   FOLDER  the engine's own; all its processes name it on their command lines
#   TOKEN   in the names of its cgroups
#
# Ends the engine with its shims and their containers, unmounts what is below
# the folder, removes it and the cgroups.

set -uo pipefail

readonly FOLDER=${1:?the folder of the engine}
readonly TOKEN=${2:?a part of its cgroups names}

# Processes of the engine; this script names the folder, too.
engine_pids() {
  local process
  for process in /proc/[0-9]*; do
    [[ ${process#/proc/} != "$$" && ${process#/proc/} != "${BASHPID}" ]] ||
      continue
    if grep --quiet --text --fixed-strings "${FOLDER}" "${process}/cmdline" &&
      ! grep --quiet --text stop_engine "${process}/cmdline"; then
      printf '%s\n' "${process#/proc/}"
    fi
  done 2>/dev/null  # Processes end meanwhile.
}

# First processes of containers are children of shims and of conmon.
children_of() {
  local pid
  for pid in "$@"; do
    cat "/proc/${pid}"/task/*/children 2>/dev/null
  done
}

cat >/dev/null

for _ in 1 2 3 4 5; do
  mapfile -t pids < <(engine_pids)
  [[ ${#pids[@]} -gt 0 ]] || break
  read -r -a children < <(children_of "${pids[@]}" | tr '\n' ' ')
  kill -KILL "${children[@]}" "${pids[@]}" 2>/dev/null
  sleep 0.2
done
# What was killed may still be on its way out, and write.
for _ in 1 2 3 4 5; do
  awk -v folder="${FOLDER}" 'index($2, folder) == 1 { print $2 }' /proc/mounts |
    sort --reverse | xargs --no-run-if-empty --max-args=1 umount --lazy
  rm -rf --one-file-system "${FOLDER}" 2>/dev/null && break
  sleep 0.2
done
find /sys/fs/cgroup -depth -type d -path "*${TOKEN}*" -exec rmdir {} \; \
  2>/dev/null

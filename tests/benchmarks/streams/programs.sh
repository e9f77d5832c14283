#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs in the room of record_streams.sh: programs that start and end.

hostname node
mount -t proc proc /proc
i=0
while [ "${i}" -lt 80 ]; do
  ls -l /etc >/dev/null
  id -u >/dev/null
  sh -c 'date; uname -a' >/dev/null
  grep -r "needle ${i}" /etc >/dev/null
  ps | sort | head -n 3 >/dev/null
  stat /etc/passwd >/dev/null
  i=$((i + 1))
done

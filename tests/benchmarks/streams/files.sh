#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs in the room of record_streams.sh: files that are made, read, changed and
# removed.

hostname node
d=0
while [ "${d}" -lt 20 ]; do
  mkdir -p "/srv/data/${d}"
  i=0
  while [ "${i}" -lt 40 ]; do
    echo "text ${i}" >"/srv/data/${d}/file${i}.txt"
    i=$((i + 1))
  done
  grep -r -l "text 7" "/srv/data/${d}" >/dev/null
  cat /srv/data/"${d}"/*.txt >/var/log/all.log
  cp -r "/srv/data/${d}" "/tmp/copy${d}"
  chmod 600 "/tmp/copy${d}/file1.txt"
  mv "/tmp/copy${d}/file2.txt" "/tmp/copy${d}/moved.txt"
  rm -r "/tmp/copy${d}"
  d=$((d + 1))
done

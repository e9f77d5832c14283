#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs in the room of record_streams.sh: connections that are made and served.

hostname node
ip link set lo up
mkdir -p /srv/www
echo page >/srv/www/index.html
httpd -f -p 127.0.0.1:8080 -h /srv/www &
i=0
while [ "${i}" -lt 200 ]; do
  wget -q -O /dev/null http://127.0.0.1:8080/index.html
  echo GET / | nc 127.0.0.1 8080 >/dev/null
  i=$((i + 1))
done
kill $!

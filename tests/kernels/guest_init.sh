#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The first process of the virtual machine: runs every test, then switches off.
# Lines that begin with "kernels:" are for summarize.py.

# Until a test program is given up: emulation is 10 to 50 times slower.
readonly TEST_SECONDS=2400

export PATH=/bin TEST_TMPDIR=/tmp GTEST_COLOR=no

# The first root cannot be exchanged for another, as some tests must.
leave_first_root() {
  mkdir /new_root
  mount -t tmpfs -o mode=755 root /new_root
  cp -a /bin /dev /etc /lib /lib64 /proc /sys /tests /tmp /usr /init /new_root
  [[ ! -e /overlay.ko ]] || insmod /overlay.ko
  cd /new_root || exit
  mount -n --move . /
  exec chroot . /init moved
}

mount_all() {
  mount -t proc proc /proc
  mount -t sysfs sys /sys
  mount -t devtmpfs dev /dev
  mkdir -p /dev/pts /dev/shm
  mount -t devpts devpts /dev/pts
  mount -t tmpfs shm /dev/shm
  mount -t tmpfs -o mode=1777 tmp /tmp
  mount -t securityfs security /sys/kernel/security
  mount -t debugfs debug /sys/kernel/debug
  mount -t cgroup2 cgroup /sys/fs/cgroup
  ln -s /proc/self/fd /dev/fd
  ip link set lo up
}

run_tests() {
  local test status
  for test in /tests/*_bpf_test; do
    status=0
    timeout "${TEST_SECONDS}" "${test}" --gtest_filter="$(</tests/filter)" ||
      status=$?
    printf '\nkernels: test %s status %s\n' "${test##*/}" "${status}"
  done
}

# How long the sensor takes from its start to its end, reading nothing.
measure_start() {
  local begin end
  begin=$(date +%s%N)
  dump_events 0 openat connect >/dev/null
  end=$(date +%s%N)
  printf 'kernels: start %s ms\n' $(((end - begin) / 1000000))
}

[[ "${1:-}" == moved ]] || leave_first_root
mount_all
printf '\nkernels: release %s\n' "$(uname -r)"
printf 'kernels: version %s\n' "$(uname -v)"
measure_start
run_tests
printf 'kernels: over\n'
sleep 2 # until the console has said it
echo b >/proc/sysrq-trigger

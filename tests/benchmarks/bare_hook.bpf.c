/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The least that a hook on system calls can do: what the kernel itself takes
 * for it. sensor_benchmark compares the sensor with it.
 */
#include <linux/bpf.h>
/* After the types above. */
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sys_exit")
int on_call(void* context) { return 0; }

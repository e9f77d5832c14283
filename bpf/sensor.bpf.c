/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The sensor: all programs as one object.
 *
 * One compilation, because the linker of libbpf 1.1 cannot join two objects that
 * declare the same kernel function ("global 'bpf_rdonly_cast': failed to resolve
 * size of underlying type").
 */
#include "bpf/read.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile struct eyrie_settings settings = {};
struct eyrie_config config = { .data_bytes = EYRIE_DEFAULT_DATA_BYTES };
__u16 event_of[EYRIE_ABI_COUNT][EYRIE_SYSCALL_NUMBERS] = {};
__u16 uring_event_of[EYRIE_URING_OPCODES] = {};

#include "bpf/enter.bpf.c"
#include "bpf/exec.bpf.c"
#include "bpf/file.bpf.c"
#include "bpf/network.bpf.c"
#include "bpf/planned.bpf.c"
#include "bpf/process.bpf.c"
#include "bpf/snapshot.bpf.c"
#include "bpf/syscalls.bpf.c"
#include "bpf/tracepoints.bpf.c"
#include "bpf/uring.bpf.c"

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Rejection of events before anything is read for them.
 */
#ifndef EYRIE_BPF_FILTER_BPF_H_
#define EYRIE_BPF_FILTER_BPF_H_

#include "bpf/read.bpf.h"

/* Defined in sensor.bpf.c. */
extern struct eyrie_config config;

/* Whether it is these programs that report system calls. */
static __always_inline bool is_reporting(void)
{
	return !config.by_function ==
	       (settings.hooks == EYRIE_HOOKS_TRACEPOINT);
}

/* Whether a system call of the current process may be reported. */
static __always_inline bool passes_filter(void)
{
	__u32 ignored = config.ignored_pid;

	return !ignored || ignored != bpf_get_current_pid_tgid() >> 32;
}

#endif /* EYRIE_BPF_FILTER_BPF_H_ */

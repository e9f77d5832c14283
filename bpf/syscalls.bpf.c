/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The one hook on system calls.
 *
 *   every system call ends
 *     └─ on_sys_exit ── wanted? ── filter ── tail call ──► on_openat (file.bpf.c)
 *                         no │        no │                 on_connect (network…)
 *                            ▼           ▼                 …one per event
 *                          return      return
 *
 * Attached only while somebody wants a system call event, because it taxes every
 * system call of every process. Exit, not entry: one event instead of two, the
 * arguments are still in the registers, and the kernel's objects exist.
 */
#include "bpf/filter.bpf.h"
#include "bpf/syscall.bpf.h"

/* Index = event id. Events without an entry go by their plan. */
static const volatile __u8 program_of[EYRIE_COUNTED_EVENTS] = {
#define X(event) [EYRIE_EVENT_##event] = EYRIE_PROGRAM_##event,
	EYRIE_PROGRAM_EVENTS(X)
#undef X
};

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	__u32 event = find_event(regs);

	/* close was reported when it began. */
	if (event == EYRIE_EVENT_NONE || event == EYRIE_EVENT_close ||
	    !passes_filter())
		return 0;
	forget(event);
	if (event < EYRIE_COUNTED_EVENTS)
		bpf_tail_call(ctx, &syscall_programs, program_of[event]);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The hook on system calls.
 *
 *   a system call ends
 *     └─ on_sys_exit ── wanted? ── filter ── tail call ──► on_openat (file.bpf.c)
 *                         no │        no │                 on_connect (network…)
 *                            ▼           ▼                 …one per event
 *                          return      return
 *
 * On exit, not entry: one event instead of two, the arguments are still in the
 * registers, and the kernel's objects exist. It is attached in one of two ways,
 * which give it the same:
 *
 *   to the tracepoint sys_exit: sees every system call, and so taxes every one of
 *     every process, about 100 ns; attached only while somebody wants a system
 *     call event.
 *   to the end (fexit) of the kernel's function for each call that is wanted,
 *     __x64_sys_openat and so on, where the kernel allows that: other calls pay
 *     nothing. One copy of the program for each function
 *     (collector/source/function_hooks.h).
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
int BPF_PROG(on_sys_exit, struct pt_regs *regs)
{
	__u32 event = find_event(regs);

	/* close was reported when it began. */
	if (event == EYRIE_EVENT_NONE || event == EYRIE_EVENT_close ||
	    !is_reporting() || !passes_filter())
		return 0;
	forget(event);
	if (event < EYRIE_COUNTED_EVENTS)
		bpf_tail_call(ctx, &syscall_programs, program_of[event]);
	return 0;
}

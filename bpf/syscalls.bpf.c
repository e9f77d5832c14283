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

/* Call numbers to programs (enum eyrie_program), by enum eyrie_abi. Written by
 * the collector at any time, byte by byte. */
__u8 program_of[EYRIE_ABI_COUNT][EYRIE_SYSCALL_NUMBERS] = {};

static __always_inline __u32 find_program(struct pt_regs *regs)
{
	__u64 number = syscall_number(regs);
	__u32 native, compat;

	if (number >= EYRIE_SYSCALL_NUMBERS)
		return EYRIE_PROGRAM_NONE;
	/* clang drops a plain mask after the test above, and then 6.1 says "R2
	 * unbounded memory access". */
	forget(number);
	number &= EYRIE_SYSCALL_NUMBERS - 1;
	native = program_of[EYRIE_ABI_NATIVE][number];
	compat = program_of[EYRIE_ABI_COMPAT32][number];
	if (!native && !compat)
		return EYRIE_PROGRAM_NONE;
	if (!in_compat_syscall(current_task()))
		return native;
	if (compat != EYRIE_PROGRAM_SOCKETCALL)
		return compat;
	number = syscall_argument(regs, true, 0);
	forget(number);
	if (number >= EYRIE_SYSCALL_NUMBERS)
		return EYRIE_PROGRAM_NONE;
	return program_of[EYRIE_ABI_SOCKETCALL][number];
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	__u32 program = find_program(regs);

	if (program != EYRIE_PROGRAM_NONE && passes_filter())
		bpf_tail_call(ctx, &syscall_programs, program);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the system call programs share.
 */
#ifndef EYRIE_BPF_SYSCALL_BPF_H_
#define EYRIE_BPF_SYSCALL_BPF_H_

#include "bpf/arch.bpf.h"
#include "bpf/emit.bpf.h"

/* A system call that has just ended. */
struct call {
	struct task_struct *task;
	struct pt_regs *regs;
	bool compat;
};

/* System call numbers to ids of wanted events, by enum eyrie_abi. Written by the
 * collector at any time, entry by entry. Defined in sensor.bpf.c. */
extern __u16 event_of[EYRIE_ABI_COUNT][EYRIE_SYSCALL_NUMBERS];

/* The event of the current system call; EYRIE_EVENT_NONE if nobody wants it. */
static __always_inline __u32 find_event(struct pt_regs *regs)
{
	__u64 number = syscall_number(regs);
	__u32 native, compat;

	if (number >= EYRIE_SYSCALL_NUMBERS)
		return EYRIE_EVENT_NONE;
	/* clang drops a plain mask after the test above, and then 6.1 says "R2
	 * unbounded memory access". */
	forget(number);
	number &= EYRIE_SYSCALL_NUMBERS - 1;
	native = event_of[EYRIE_ABI_NATIVE][number];
	compat = event_of[EYRIE_ABI_COMPAT32][number];
	if (!native && !compat)
		return EYRIE_EVENT_NONE;
	if (!in_compat_syscall(current_task()))
		return native;
	if (compat != EYRIE_SOCKETCALL_EVENTS)
		return compat;
	number = syscall_argument(regs, true, 0);
	forget(number);
	if (number >= EYRIE_SYSCALL_NUMBERS)
		return EYRIE_EVENT_NONE;
	return event_of[EYRIE_ABI_SOCKETCALL][number];
}

/* What a hook on the end of a call is given: the registers, then what else its
 * function takes, then the result. */
static __always_inline struct pt_regs *registers_given(const __u64 *ctx)
{
	return (struct pt_regs *)ctx[0];
}

/* In assembly, because clang makes one load of two by changing ctx, which 6.18
 * refuses ("dereference of modified ctx ptr"). */
static __always_inline long result_given(const __u64 *ctx)
{
	long result;

	if (settings.hooks == EYRIE_HOOKS_COMPAT_FUNCTION)
		asm volatile("%0 = *(u64 *)(%1 + 16)"
			     : "=r"(result)
			     : "r"(ctx));
	else
		asm volatile("%0 = *(u64 *)(%1 + 8)"
			     : "=r"(result)
			     : "r"(ctx));
	return result;
}

/* A program for `event`; syscalls.bpf.c jumps to it when such a call ended. */
#define SYSCALL_PROGRAM(event)                                               \
	static __always_inline int report_##event(struct pt_regs *regs,      \
						  long result);              \
	SEC("tp_btf/sys_exit")                                               \
	int on_##event(__u64 *ctx)                                           \
	{                                                                    \
		return report_##event(registers_given(ctx),                  \
				      result_given(ctx));                    \
	}                                                                    \
	static __always_inline int report_##event(struct pt_regs *regs,      \
						  long result)

static __always_inline struct call this_call(struct pt_regs *regs)
{
	struct task_struct *task = current_task();
	struct call call = {
		.task = task,
		.regs = regs,
		.compat = in_compat_syscall(task),
	};

	return call;
}

/* The arguments of a 32-bit socketcall() lie in user memory. */
static __always_inline __u64 argument(const struct call *call, int number)
{
	__u32 value = 0;

	if (!call->compat || syscall_number(call->regs) != COMPAT_SOCKETCALL)
		return syscall_argument(call->regs, call->compat, number);
	bpf_probe_read_user(
		&value, sizeof(value),
		(const void *)(syscall_argument(call->regs, true, 1) +
			       4ul * number));
	return value;
}

static __always_inline const void *pointer(const struct call *call, int number)
{
	return (const void *)argument(call, number);
}

/* begin_event() for a system call: flags and result are set. */
#define begin_call(event, call, result)                                 \
	({                                                              \
		struct eyrie_scratch *begun_ =                          \
			begin_event(event, (call)->task);               \
		if (begun_) {                                           \
			set_result(begun_, result);                     \
			if ((call)->compat)                             \
				begun_->record.flags |=                 \
					EYRIE_RECORD_COMPAT32;          \
		}                                                       \
		begun_;                                                 \
	})

#endif /* EYRIE_BPF_SYSCALL_BPF_H_ */

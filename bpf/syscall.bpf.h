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

/* A program for `event`; syscalls.bpf.c jumps to it when such a call ended. */
#define SYSCALL_PROGRAM(event)       \
	SEC("tp_btf/sys_exit")       \
	int BPF_PROG(on_##event, struct pt_regs *regs, long result)

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

static __always_inline __u64 argument(const struct call *call, int number)
{
	return syscall_argument(call->regs, call->compat, number);
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

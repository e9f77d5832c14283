/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Processes and threads: begin, end. Always attached.
 */
#include "bpf/arch.bpf.h"
#include "bpf/emit.bpf.h"

/* linux/sched.h: the low byte is the child's exit signal. */
#define CSIGNAL 0xff

/* ---- fork ------------------------------------------------------------------- */

static __always_inline __u16 fork_type(struct task_struct *task, bool compat,
				       struct pt_regs *regs)
{
	__u64 number = syscall_number(regs);

	if (number == (compat ? COMPAT_FORK : NATIVE_FORK))
		return EYRIE_EVENT_fork;
	if (number == (compat ? COMPAT_VFORK : NATIVE_VFORK))
		return EYRIE_EVENT_vfork;
	if (number == (compat ? COMPAT_CLONE3 : NATIVE_CLONE3))
		return EYRIE_EVENT_clone3;
	return EYRIE_EVENT_clone;
}

static __always_inline __u64 clone_flags(__u16 type, bool compat,
					 struct pt_regs *regs)
{
	__u64 first = syscall_argument(regs, compat, 0), flags = 0;

	if (type == EYRIE_EVENT_clone)
		return first & ~(__u64)CSIGNAL;
	/* The first member of struct clone_args. */
	if (type == EYRIE_EVENT_clone3)
		bpf_probe_read_user(&flags, sizeof(flags),
				    (const void *)first);
	return flags;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct task_struct *leader = kread(child, group_leader);
	struct pt_regs *regs = user_registers(parent);
	bool compat = in_compat_syscall(parent);
	__u16 type = fork_type(parent, compat, regs);
	struct eyrie_clone_args *args;
	struct eyrie_process_key key;
	struct eyrie_scratch *s;

	s = begin_event(clone, parent);
	if (!s)
		return 0;
	s->record.type = type;
	args = args_of(s, clone);
	if (compat)
		s->record.flags |= EYRIE_RECORD_COMPAT32;
	read_process_key(child, &key);
	args->child_tid = kread(child, pid);
	args->child_pid = key.pid;
	args->child_start_time = key.start_time_ns;
	args->child_exec_id = key.exec_id;
	args->vtid = virtual_tid(child);
	args->vpid = virtual_tid(leader);
	if (!(kread(parent, flags) & PF_KTHREAD))
		args->flags = clone_flags(type, compat, regs);
	args->res = args->child_tid;
	set_result(s, args->res);
	emit_lifecycle(s);
	return 0;
}

/* ---- exit ------------------------------------------------------------------- */

/* The wait status of `task`'s end: of the process where all threads end. */
static __always_inline int exit_status(struct task_struct *task, bool last)
{
	struct signal_struct *signal = kread(task, signal);

	if (kread(signal, flags) & SIGNAL_GROUP_EXIT)
		return kread(signal, group_exit_code);
	if (last)
		return kread(kread(task, group_leader), exit_code);
	return kread(task, exit_code);
}

/* Whether all threads of the process have ended. Where the kernel does not say
 * and two threads end at once, it is true for both: each finds none alive. */
static __always_inline bool is_group_dead(struct task_struct *task,
					  unsigned long long *ctx)
{
	if (settings.exit_tells_group)
		return *(volatile unsigned long long *)&ctx[1] & 1;
	return kread(kread(task, signal), live.counter) == 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	bool last = is_group_dead(task, ctx);
	int status = exit_status(task, last);
	struct eyrie_procexit_args *args;
	struct eyrie_scratch *s;

	s = begin_event(procexit, task);
	if (!s)
		return 0;
	args = args_of(s, procexit);
	args->status = status;
	args->sig = status & 0x7f;
	args->core = (status & 0x80) != 0;
	args->ret = args->sig ? 0 : (status >> 8) & 0xff;
	args->group_dead = last;
	if (last)
		args->reaper_tid = reaper_of(task);
	emit_lifecycle(s);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Events that are no system calls: signals, switches of threads, page faults.
 * Each is attached only while somebody wants it.
 */
#include "bpf/filter.bpf.h"
#include "bpf/image.bpf.h"

#define SIGCHLD 17

/* What the kernel says of a signal is special below this address: the "pointer"
 * is one of SEND_SIG_NOINFO, SEND_SIG_PRIV. */
#define MAX_SPECIAL_SIGINFO 2

static __always_inline int sender_of(int signal, struct kernel_siginfo *info)
{
	int code;

	if ((__u64)info <= MAX_SPECIAL_SIGINFO)
		return 0;
	code = kread(info, si_code);
	/* Positive codes are the kernel's; of SIGCHLD they name the child. */
	if (code > 0 && signal != SIGCHLD)
		return 0;
	return kread(info, _sifields._kill._pid);
}

/* A signal that ends its process at once is delivered as SIGKILL without a
 * sender: the kernel has turned it into one. The event of kill() names both. */
SEC("tp_btf/signal_deliver")
int BPF_PROG(on_signaldeliver, int signal, struct kernel_siginfo *info)
{
	struct task_struct *task = current_task();
	struct eyrie_signaldeliver_args *args;
	struct eyrie_scratch *s;

	if (!passes_filter())
		return 0;
	s = begin_event(signaldeliver, task);
	if (!s)
		return 0;
	args = args_of(s, signaldeliver);
	args->spid = sender_of(signal, info);
	args->dpid = kread(task, tgid);
	args->sig = signal;
	emit_event(s);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool is_preempted, struct task_struct *from,
	     struct task_struct *to)
{
	struct eyrie_switch_args *args;
	struct eyrie_scratch *s;
	struct mm_struct *mm;
	__u32 kib_shift = settings.page_shift - 10;

	/* The one that does nothing. */
	if (!kread(from, pid) || !passes_filter())
		return 0;
	s = begin_event(switch, from);
	if (!s)
		return 0;
	args = args_of(s, switch);
	args->next = kread(to, pid);
	args->pgft_maj = kread(from, maj_flt);
	args->pgft_min = kread(from, min_flt);
	mm = kread(from, mm);
	if (mm) {
		args->vm_size = kread(mm, total_vm) << (kib_shift & 15);
		args->vm_rss = resident_pages(mm) << (kib_shift & 15);
	}
	emit_event(s);
	return 0;
}

/* x86 only; elsewhere there is no such hook and the program is not loaded. */
SEC("tp_btf/page_fault_user")
int BPF_PROG(on_page_fault, unsigned long address, struct pt_regs *regs,
	     unsigned long error)
{
	struct eyrie_page_fault_args *args;
	struct eyrie_scratch *s;

	if (!passes_filter())
		return 0;
	s = begin_event(page_fault, current_task());
	if (!s)
		return 0;
	args = args_of(s, page_fault);
	args->addr = address;
	args->ip = instruction_pointer(regs);
	args->error = error;
	emit_event(s);
	return 0;
}

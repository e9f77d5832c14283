/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * System call numbers and arguments as each architecture keeps them.
 */
#ifndef EYRIE_BPF_ARCH_BPF_H_
#define EYRIE_BPF_ARCH_BPF_H_

#include "bpf/read.bpf.h"

#if defined(__TARGET_ARCH_x86)

#define NATIVE_CLONE3 435
#define NATIVE_FORK 57
#define NATIVE_VFORK 58
#define NATIVE_CLONE 56
#define COMPAT_CLONE3 435
#define COMPAT_FORK 2
#define COMPAT_VFORK 190
#define COMPAT_CLONE 120
#define COMPAT_SOCKETCALL 102
/* Whether the two halves of a 64-bit argument of a 32-bit call begin at an even
 * register. */
#define COMPAT_PAIRS_ALIGNED 0

/* thread_info.status: in a 32-bit system call. */
#define TS_COMPAT 0x0002
/* Marks numbers of the x32 ABI, which are otherwise the native ones. */
#define X32_BIT 0x40000000u
/* Kernel stack, for kernels without bpf_task_pt_regs() (5.15). */
#define THREAD_SIZE 16384

static __always_inline bool in_compat_syscall(struct task_struct *task)
{
	return kread(task, thread_info.status) & TS_COMPAT;
}

static __always_inline __u64 instruction_pointer(struct pt_regs *regs)
{
	return kread(regs, ip);
}

static __always_inline __u64 syscall_number(struct pt_regs *regs)
{
	return kread(regs, orig_ax) & ~(__u64)X32_BIT;
}

static __always_inline __u64 syscall_argument(struct pt_regs *regs,
					      bool compat, int number)
{
	switch (number) {
	case 0:
		return compat ? (__u32)kread(regs, bx) : kread(regs, di);
	case 1:
		return compat ? (__u32)kread(regs, cx) : kread(regs, si);
	case 2:
		return compat ? (__u32)kread(regs, dx) : kread(regs, dx);
	case 3:
		return compat ? (__u32)kread(regs, si) : kread(regs, r10);
	case 4:
		return compat ? (__u32)kread(regs, di) : kread(regs, r8);
	default:
		return compat ? (__u32)kread(regs, bp) : kread(regs, r9);
	}
}

#elif defined(__TARGET_ARCH_arm64)

#define NATIVE_CLONE3 435
#define NATIVE_FORK 1079 /* of the historic table: never made */
#define NATIVE_VFORK 1071
#define NATIVE_CLONE 220
#define COMPAT_CLONE3 435
#define COMPAT_FORK 2
#define COMPAT_VFORK 190
#define COMPAT_CLONE 120
#define COMPAT_SOCKETCALL 102
#define COMPAT_PAIRS_ALIGNED 1

/* thread_info.flags: a 32-bit process. */
#define TIF_32BIT_MASK (1ul << 22)
#define THREAD_SIZE 16384

static __always_inline bool in_compat_syscall(struct task_struct *task)
{
	return kread(task, thread_info.flags) & TIF_32BIT_MASK;
}

static __always_inline __u64 instruction_pointer(struct pt_regs *regs)
{
	return kread(regs, pc);
}

static __always_inline __u64 syscall_number(struct pt_regs *regs)
{
	return (__u32)kread(regs, syscallno);
}

static __always_inline __u64 syscall_argument(struct pt_regs *regs,
					      bool compat, int number)
{
	/* The result has taken the place of the first one. */
	__u64 value = number == 0 ? kread(regs, orig_x0) :
				    kread(regs, regs[number]);
	return compat ? (__u32)value : value;
}

#else
#error "the sensor knows x86 and arm64 only"
#endif

/* The registers that `task` entered the kernel with. */
static __always_inline struct pt_regs *user_registers(
	struct task_struct *task)
{
	__u64 top;

	if (bpf_core_enum_value_exists(enum bpf_func_id,
				       BPF_FUNC_task_pt_regs) &&
	    bpf_core_enum_value_exists(enum bpf_func_id,
				       BPF_FUNC_get_current_task_btf))
		return (struct pt_regs *)bpf_task_pt_regs(
			bpf_get_current_task_btf());
	top = (__u64)kread(task, stack) + THREAD_SIZE;
	return (struct pt_regs *)(top -
					bpf_core_type_size(struct pt_regs));
}

#endif /* EYRIE_BPF_ARCH_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Changes of user: setuid, setreuid, setresuid.
 */
#include "bpf/syscall.bpf.h"

/* 32-bit calls with 16-bit user ids; the later ones have other numbers. */
#define OLD_SETUID 23
#define OLD_SETREUID 70
#define OLD_SETRESUID 164

/* User id argument `number`; the 16-bit -1 is -1. */
static __always_inline __u32 user_argument(const struct call *call, int number,
					   __u32 old_call)
{
	__u32 uid = argument(call, number);

	if (!call->compat || syscall_number(call->regs) != old_call)
		return uid;
	uid &= 0xffff;
	return uid == 0xffff ? UID_UNSET : uid;
}

SYSCALL_PROGRAM(setuid)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(setuid, &call, result);

	if (!s)
		return 0;
	s->args.setuid.res = result;
	s->args.setuid.uid = user_argument(&call, 0, OLD_SETUID);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(setreuid)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(setreuid, &call, result);

	if (!s)
		return 0;
	s->args.setreuid.res = result;
	s->args.setreuid.ruid = user_argument(&call, 0, OLD_SETREUID);
	s->args.setreuid.euid = user_argument(&call, 1, OLD_SETREUID);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(setresuid)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(setresuid, &call, result);

	if (!s)
		return 0;
	s->args.setresuid.res = result;
	s->args.setresuid.ruid = user_argument(&call, 0, OLD_SETRESUID);
	s->args.setresuid.euid = user_argument(&call, 1, OLD_SETRESUID);
	s->args.setresuid.suid = user_argument(&call, 2, OLD_SETRESUID);
	emit_event(s);
	return 0;
}

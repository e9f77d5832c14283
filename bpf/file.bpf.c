/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Files: open, change directory.
 */
#include "bpf/opened.bpf.h"
#include "bpf/syscall.bpf.h"

/* ---- open ------------------------------------------------------------------- */

SYSCALL_PROGRAM(open)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(open, &call, result);
	struct eyrie_open_args *args;

	if (!s)
		return 0;
	args = args_of(s, open);
	args->fd = result;
	args->flags = (__u32)argument(&call, 1);
	args->mode = mode_of(args->flags, argument(&call, 2));
	append_user_string(s, &args->name, pointer(&call, 0));
	fill_open(s, SLOT(open, dev), SLOT(open, name), call.task, AT_FDCWD,
		  result);
	fill_hostpath(SLOT(open, hostpath), call.task, result);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(openat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(openat, &call, result);
	struct eyrie_openat_args *args;

	if (!s)
		return 0;
	args = args_of(s, openat);
	args->fd = result;
	args->dirfd = (int)argument(&call, 0);
	args->flags = (__u32)argument(&call, 2);
	args->mode = mode_of(args->flags, argument(&call, 3));
	append_user_string(s, &args->name, pointer(&call, 1));
	fill_open(s, SLOT(openat, dev), SLOT(openat, name), call.task,
		  args->dirfd, result);
	fill_hostpath(SLOT(openat, hostpath), call.task, result);
	emit_event(s);
	return 0;
}

/* linux/openat2.h */
struct given_how {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

SYSCALL_PROGRAM(openat2)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(openat2, &call, result);
	struct eyrie_openat2_args *args;
	struct given_how how = {};

	if (!s)
		return 0;
	args = args_of(s, openat2);
	if (bpf_probe_read_user(&how, sizeof(how), pointer(&call, 2)))
		s->record.flags |= EYRIE_RECORD_FAULTED;
	args->fd = result;
	args->dirfd = (int)argument(&call, 0);
	args->flags = how.flags;
	args->mode = mode_of(how.flags, how.mode);
	args->resolve = how.resolve;
	append_user_string(s, &args->name, pointer(&call, 1));
	fill_open(s, SLOT(openat2, dev), SLOT(openat2, name), call.task,
		  args->dirfd, result);
	fill_hostpath(SLOT(openat2, hostpath), call.task, result);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(creat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(creat, &call, result);
	struct eyrie_creat_args *args;

	if (!s)
		return 0;
	args = args_of(s, creat);
	args->fd = result;
	args->mode = argument(&call, 1) & S_IALLUGO;
	append_user_string(s, &args->name, pointer(&call, 0));
	fill_open(s, SLOT(creat, dev), SLOT(creat, name), call.task, AT_FDCWD,
		  result);
	fill_hostpath(SLOT(creat, hostpath), call.task, result);
	args->creat_flags = args->file_flags & (EYRIE_FILE_UPPER_LAYER |
						EYRIE_FILE_LOWER_LAYER);
	emit_event(s);
	return 0;
}

/* ---- change directory ----------------------------------------------------------- */

SYSCALL_PROGRAM(chdir)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(chdir, &call, result);
	struct eyrie_chdir_args *args;

	if (!s)
		return 0;
	args = args_of(s, chdir);
	if (result)
		s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	args->res = result;
	append_user_string(s, &args->path, pointer(&call, 0));
	append_cwd(s, &args->cwd, call.task);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(fchdir)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(fchdir, &call, result);
	struct eyrie_fchdir_args *args;

	if (!s)
		return 0;
	args = args_of(s, fchdir);
	args->res = result;
	args->fd = (int)argument(&call, 0);
	append_cwd(s, &args->cwd, call.task);
	emit_event(s);
	return 0;
}

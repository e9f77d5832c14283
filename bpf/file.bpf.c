/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Files: open, remove, rename, change directory.
 */
#include "bpf/syscall.bpf.h"

/* Kernel constants. */
#define O_CREAT 00000100
#define O_TMPFILE_BIT 020000000
#define FMODE_CREATED 0x100000
#define S_IALLUGO 07777

/* ---- open ------------------------------------------------------------------- */

/* The last arguments of every open, in this order. */
struct opened {
	eyrie_u64 dev;
	eyrie_u64 ino;
	struct eyrie_ref realpath;
	struct eyrie_ref base;
	eyrie_u64 kind;
	eyrie_u64 file_flags;
};

#define ENDS_AS_OPENED(event)                                                      \
	_Static_assert(__builtin_offsetof(struct eyrie_##event##_args, dev) + \
				       sizeof(struct opened) ==              \
			       sizeof(struct eyrie_##event##_args),          \
		       #event " ends as struct opened")
ENDS_AS_OPENED(open);
ENDS_AS_OPENED(openat);
ENDS_AS_OPENED(openat2);
ENDS_AS_OPENED(creat);

/* A device number as stat(2) shows it. */
static __always_inline __u64 stat_device(__u32 device)
{
	__u32 major = device >> 20, minor = device & 0xfffff;

	return (minor & 0xff) | (major << 8) | ((__u64)(minor & ~0xffu) << 12);
}

/* What the kernel says of the file behind the new descriptor. */
static __always_inline void fill_opened(struct eyrie_scratch *s,
					struct opened *opened,
					const struct call *call, long fd)
{
	struct file *file = file_of(call->task, fd);
	struct dentry *dentry;
	struct inode *inode;

	if (!file)
		return; /* another thread has closed it */
	inode = kread(file, f_inode);
	dentry = kread(file, f_path.dentry);
	opened->dev = stat_device(kread(kread(inode, i_sb), s_dev));
	opened->ino = kread(inode, i_ino);
	opened->kind = kread(inode, i_mode) & S_IFMT;
	opened->file_flags = overlay_layer(inode);
	if (kread(file, f_mode) & FMODE_CREATED)
		opened->file_flags |= EYRIE_FILE_CREATED;
	if (is_deleted(dentry, inode))
		opened->file_flags |= EYRIE_FILE_DELETED;
	append_file_path(s, &opened->realpath, call->task, file);
}

static __always_inline void finish_open(struct eyrie_scratch *s,
					struct opened *opened,
					const struct eyrie_ref *name,
					const struct call *call, int directory,
					long result)
{
	if (result >= 0)
		fill_opened(s, opened, call, result);
	if (!opened->realpath.offset)
		s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	append_base(s, &opened->base, call->task, name, directory);
	emit_event(s);
}

/* The mode argument, which means nothing if no file can be made. */
static __always_inline __u64 mode_of(__u64 flags, __u64 mode)
{
	return flags & (O_CREAT | O_TMPFILE_BIT) ? mode & S_IALLUGO : 0;
}

SYSCALL_PROGRAM(open)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(open, &call, result);
	struct eyrie_open_args *args;

	if (!s)
		return 0;
	args = &s->args.open;
	args->fd = result;
	args->flags = (__u32)argument(&call, 1);
	args->mode = mode_of(args->flags, argument(&call, 2));
	append_user_string(s, &args->name, pointer(&call, 0));
	finish_open(s, (struct opened *)&args->dev, &args->name, &call,
		    AT_FDCWD, result);
	return 0;
}

SYSCALL_PROGRAM(openat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(openat, &call, result);
	struct eyrie_openat_args *args;

	if (!s)
		return 0;
	args = &s->args.openat;
	args->fd = result;
	args->dirfd = (int)argument(&call, 0);
	args->flags = (__u32)argument(&call, 2);
	args->mode = mode_of(args->flags, argument(&call, 3));
	append_user_string(s, &args->name, pointer(&call, 1));
	finish_open(s, (struct opened *)&args->dev, &args->name, &call,
		    args->dirfd, result);
	return 0;
}

/* linux/openat2.h */
struct open_how {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

SYSCALL_PROGRAM(openat2)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(openat2, &call, result);
	struct eyrie_openat2_args *args;
	struct open_how how = {};

	if (!s)
		return 0;
	args = &s->args.openat2;
	if (bpf_probe_read_user(&how, sizeof(how), pointer(&call, 2)))
		s->record.flags |= EYRIE_RECORD_FAULTED;
	args->fd = result;
	args->dirfd = (int)argument(&call, 0);
	args->flags = how.flags;
	args->mode = mode_of(how.flags, how.mode);
	args->resolve = how.resolve;
	append_user_string(s, &args->name, pointer(&call, 1));
	finish_open(s, (struct opened *)&args->dev, &args->name, &call,
		    args->dirfd, result);
	return 0;
}

SYSCALL_PROGRAM(creat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(creat, &call, result);
	struct eyrie_creat_args *args;

	if (!s)
		return 0;
	args = &s->args.creat;
	args->fd = result;
	args->mode = argument(&call, 1) & S_IALLUGO;
	append_user_string(s, &args->name, pointer(&call, 0));
	finish_open(s, (struct opened *)&args->dev, &args->name, &call,
		    AT_FDCWD, result);
	return 0;
}

/* ---- remove, rename ----------------------------------------------------------- */
/* The file is gone or elsewhere at the end of the call: what the user said is
 * all there is. */

SYSCALL_PROGRAM(unlink)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(unlink, &call, result);
	struct eyrie_unlink_args *args;

	if (!s)
		return 0;
	args = &s->args.unlink;
	s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	args->res = result;
	append_user_string(s, &args->path, pointer(&call, 0));
	append_base(s, &args->base, call.task, &args->path, AT_FDCWD);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(unlinkat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(unlinkat, &call, result);
	struct eyrie_unlinkat_args *args;

	if (!s)
		return 0;
	args = &s->args.unlinkat;
	s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	args->res = result;
	args->dirfd = (int)argument(&call, 0);
	args->flags = (__u32)argument(&call, 2);
	append_user_string(s, &args->name, pointer(&call, 1));
	append_base(s, &args->base, call.task, &args->name, args->dirfd);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(rename)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(rename, &call, result);
	struct eyrie_rename_args *args;

	if (!s)
		return 0;
	args = &s->args.rename;
	s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	args->res = result;
	append_user_string(s, &args->oldpath, pointer(&call, 0));
	append_user_string(s, &args->newpath, pointer(&call, 1));
	append_base(s, &args->oldbase, call.task, &args->oldpath, AT_FDCWD);
	append_base(s, &args->newbase, call.task, &args->newpath, AT_FDCWD);
	emit_event(s);
	return 0;
}

/* renameat2's arguments without its flags are renameat's; the directories and
 * names have the same slots. */
#define FILL_RENAMEAT(s, args, call, result)                                \
	do {                                                                \
		(s)->record.flags |= EYRIE_RECORD_UNVERIFIED;               \
		(args)->res = result;                                       \
		(args)->olddirfd = (int)argument(call, 0);                  \
		(args)->newdirfd = (int)argument(call, 2);                  \
		append_user_string(s, &(args)->oldpath, pointer(call, 1));  \
		append_user_string(s, &(args)->newpath, pointer(call, 3));  \
		append_base(s, &(args)->oldbase, (call)->task,              \
			    &(args)->oldpath, (args)->olddirfd);            \
		append_base(s, &(args)->newbase, (call)->task,              \
			    &(args)->newpath, (args)->newdirfd);            \
	} while (0)

SYSCALL_PROGRAM(renameat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(renameat, &call, result);
	struct eyrie_renameat_args *args;

	if (!s)
		return 0;
	args = &s->args.renameat;
	FILL_RENAMEAT(s, args, &call, result);
	emit_event(s);
	return 0;
}

SYSCALL_PROGRAM(renameat2)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(renameat2, &call, result);
	struct eyrie_renameat2_args *args;

	if (!s)
		return 0;
	args = &s->args.renameat2;
	args->flags = (__u32)argument(&call, 4);
	FILL_RENAMEAT(s, args, &call, result);
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
	args = &s->args.chdir;
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
	args = &s->args.fchdir;
	args->res = result;
	args->fd = (int)argument(&call, 0);
	append_cwd(s, &args->cwd, call.task);
	emit_event(s);
	return 0;
}

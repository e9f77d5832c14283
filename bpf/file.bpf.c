/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Files: open, change directory.
 */
#include "bpf/descriptor.bpf.h"
#include "bpf/syscall.bpf.h"

/* Kernel constants. */
#define O_CREAT 00000100
#define O_TMPFILE_BIT 020000000
#define FMODE_CREATED 0x100000
#define S_IALLUGO 07777

/* ---- open ------------------------------------------------------------------- */

/* Arguments of every open, in this order. */
struct opened {
	eyrie_u64 dev;
	eyrie_u64 ino;
	struct eyrie_ref realpath;
	struct eyrie_ref base;
	eyrie_u64 kind;
	eyrie_u64 file_flags;
};

#define HAS_OPENED(event)                                                     \
	_Static_assert(SLOT(event, file_flags) - SLOT(event, dev) ==          \
			       __builtin_offsetof(struct opened, file_flags) / \
				       8,                                     \
		       #event " contains struct opened")
HAS_OPENED(open);
HAS_OPENED(openat);
HAS_OPENED(openat2);
HAS_OPENED(creat);

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
	opened->kind = file_kind(inode);
	opened->file_flags = overlay_layer(inode);
	if (kread(file, f_mode) & FMODE_CREATED)
		opened->file_flags |= EYRIE_FILE_CREATED;
	if (is_deleted(dentry, inode))
		opened->file_flags |= EYRIE_FILE_DELETED;
	append_file_path(s, &opened->realpath, call->task, file);
}

static __always_inline void fill_open(struct eyrie_scratch *s,
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
	args = args_of(s, open);
	args->fd = result;
	args->flags = (__u32)argument(&call, 1);
	args->mode = mode_of(args->flags, argument(&call, 2));
	append_user_string(s, &args->name, pointer(&call, 0));
	fill_open(s, (struct opened *)&args->dev, &args->name, &call,
		  AT_FDCWD, result);
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
	fill_open(s, (struct opened *)&args->dev, &args->name, &call,
		  args->dirfd, result);
	emit_event(s);
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
	args = args_of(s, openat2);
	if (bpf_probe_read_user(&how, sizeof(how), pointer(&call, 2)))
		s->record.flags |= EYRIE_RECORD_FAULTED;
	args->fd = result;
	args->dirfd = (int)argument(&call, 0);
	args->flags = how.flags;
	args->mode = mode_of(how.flags, how.mode);
	args->resolve = how.resolve;
	append_user_string(s, &args->name, pointer(&call, 1));
	fill_open(s, (struct opened *)&args->dev, &args->name, &call,
		  args->dirfd, result);
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
	fill_open(s, (struct opened *)&args->dev, &args->name, &call,
		  AT_FDCWD, result);
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

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What an open says of its file.
 */
#ifndef EYRIE_BPF_OPENED_BPF_H_
#define EYRIE_BPF_OPENED_BPF_H_

#include "bpf/descriptor.bpf.h"

/* Kernel constants. */
#define O_CREAT 00000100
#define O_TMPFILE_BIT 020000000
#define FMODE_CREATED 0x100000
#define S_IALLUGO 07777

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
					struct task_struct *task, long fd)
{
	struct file *file = file_of(task, fd);
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
	append_file_path(s, &opened->realpath, task, file);
}

/* Fills the arguments from slot `slot` on, which are a struct opened, of a call
 * that opened the path in slot `name`. */
static __always_inline void fill_open(struct eyrie_scratch *s, __u32 slot,
				      __u32 name, struct task_struct *task,
				      int directory, long result)
{
	struct opened *opened = (struct opened *)&s->slots[slot];

	if (result >= 0)
		fill_opened(s, opened, task, result);
	if (!opened->realpath.offset)
		s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	append_base(s, slot + __builtin_offsetof(struct opened, base) / 8, name,
		    task, directory);
}

/* Appends the path in the mount namespace of descriptor `fd` of the task at
 * `owner` to the hook's record. */
standalone int append_host_file(__u32 slot, __u64 owner, int fd)
{
	struct file *file = file_of((struct task_struct *)owner, fd);
	struct eyrie_scratch *s = hook_scratch();

	if (s && file && kread(kread(file, f_inode), i_nlink))
		append_host_path(s, slot_of(s, slot), kread(file, f_path.mnt),
				 kread(file, f_path.dentry));
	return 0;
}

/* Where the file is in the mount namespace, if the process has another root:
 * after chroot("/etc"), "/shadow" is /etc/shadow. */
static __always_inline void fill_hostpath(__u32 slot, struct task_struct *task,
					  long fd)
{
	if (fd >= 0 && has_other_root(task))
		append_host_file(slot, as_number(task), fd);
}

/* The mode argument, which means nothing if no file can be made. */
static __always_inline __u64 mode_of(__u64 flags, __u64 mode)
{
	return flags & (O_CREAT | O_TMPFILE_BIT) ? mode & S_IALLUGO : 0;
}

#endif /* EYRIE_BPF_OPENED_BPF_H_ */

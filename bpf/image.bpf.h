/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What exec and the snapshot both say about a process image.
 */
#ifndef EYRIE_BPF_IMAGE_BPF_H_
#define EYRIE_BPF_IMAGE_BPF_H_

#include "bpf/emit.bpf.h"

/* Kernel constants. */
#define S_IMMUTABLE 8
#define MNT_READONLY 0x40
#define SB_RDONLY 1
#define CAP_DAC_OVERRIDE 1
#define CAP_FOWNER 3
#define MAY_WRITE 2
/* Most supplementary groups that are compared; further ones count as none. */
#define MAX_GROUPS 32
/* i_ctime_nsec has flags above the nanoseconds (multigrain timestamps). */
#define NSEC_MASK 0x3fffffff

/* execve, execveat and task have the same arguments. */
typedef struct eyrie_execve_args image_args;

_Static_assert(EYRIE_SLOTS(execve) == EYRIE_SLOTS(execveat), "same arguments");
_Static_assert(EYRIE_SLOTS(execve) == EYRIE_SLOTS(task), "same arguments");

static __always_inline bool in_group(struct cred *cred, __u32 gid)
{
	struct group_info *groups = kread(cred, group_info);
	__u64 list = kaddress(groups, struct group_info, gid);
	int count = kread(groups, ngroups);
	int i;

	if (kread(cred, fsgid.val) == gid)
		return true;
	for (i = 0; i < MAX_GROUPS; i++) {
		__u32 group = 0;

		if (i >= count)
			break;
		bpf_probe_read_kernel(&group, sizeof(group),
				      (void *)(list + 4ul * i));
		if (group == gid)
			return true;
	}
	return false;
}

/* Whether `cred` may write the file or give itself the right to. Access control
 * lists, security modules and mapped mounts are not asked. */
static __always_inline bool is_writable(struct cred *cred,
					struct file *file, struct inode *inode)
{
	struct super_block *sb = kread(inode, i_sb);
	__u32 mode = kread(inode, i_mode);
	__u64 capabilities = 0;

	if ((kread(inode, i_flags) & S_IMMUTABLE) ||
	    (kread(sb, s_flags) & SB_RDONLY) ||
	    (kread(kread(file, f_path.mnt), mnt_flags) & MNT_READONLY))
		return false;
	if (kread(cred, fsuid.val) == kread(inode, i_uid.val))
		return true;
	bpf_core_read(&capabilities, sizeof(capabilities),
		      &cred->cap_effective);
	if (kread(cred, user_ns) == kread(sb, s_user_ns) &&
	    (capabilities & (1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER)))
		return true;
	if (in_group(cred, kread(inode, i_gid.val)))
		return mode & (MAY_WRITE << 3);
	return mode & MAY_WRITE;
}

static __always_inline void fill_inode_times(image_args *args,
					     struct inode *inode)
{
	struct inode___sec *sec = (struct inode___sec *)inode;
	struct inode___private *private = (struct inode___private *)inode;
	struct inode___public *public = (struct inode___public *)inode;

	if (bpf_core_field_exists(struct inode___sec, i_ctime_sec)) {
		args->exe_ino_ctime = kread(sec, i_ctime_sec) * 1000000000ull +
				      (kread(sec, i_ctime_nsec) & NSEC_MASK);
		args->exe_ino_mtime = kread(sec, i_mtime_sec) * 1000000000ull +
				      (kread(sec, i_mtime_nsec) & NSEC_MASK);
		return;
	}
	if (bpf_core_field_exists(struct inode___private, __i_ctime))
		args->exe_ino_ctime =
			kread(private, __i_ctime.tv_sec) * 1000000000ull +
			(kread(private, __i_ctime.tv_nsec) & NSEC_MASK);
	else
		args->exe_ino_ctime =
			kread(public, i_ctime.tv_sec) * 1000000000ull +
			kread(public, i_ctime.tv_nsec);
	if (bpf_core_field_exists(struct inode___private, __i_mtime))
		args->exe_ino_mtime =
			kread(private, __i_mtime.tv_sec) * 1000000000ull +
			kread(private, __i_mtime.tv_nsec);
	else
		args->exe_ino_mtime =
			kread(public, i_mtime.tv_sec) * 1000000000ull +
			kread(public, i_mtime.tv_nsec);
}

static __always_inline void fill_executable(struct eyrie_scratch *s,
					    image_args *args,
					    struct task_struct *task,
					    struct file *file)
{
	struct cred *cred = kread(task, cred);
	struct inode *inode = kread(file, f_inode);
	__u64 layer;

	if (!inode)
		return;
	append_file_path(s, &args->exepath, task, file);
	args->exe_ino = kread(inode, i_ino);
	args->exe_dev = kread(kread(inode, i_sb), s_dev);
	fill_inode_times(args, inode);
	layer = overlay_layer(inode);
	if (layer == EYRIE_FILE_UPPER_LAYER)
		args->flags |= EYRIE_EXEC_UPPER_LAYER;
	else if (layer == EYRIE_FILE_LOWER_LAYER)
		args->flags |= EYRIE_EXEC_LOWER_LAYER;
	if (is_memfd(kread(file, f_path.dentry), inode))
		args->flags |= EYRIE_EXEC_FROM_MEMFD;
	if (is_writable(cred, file, inode))
		args->flags |= EYRIE_EXEC_WRITABLE;
}

/* The control group's path in the default hierarchy. Where that is the root,
 * as on hosts that use version 1, in the hierarchy of the cpu, pids or memory
 * controller, whichever is the first that is not its root: one of them has the
 * container runtime's path. */
static __always_inline struct kernfs_node *v1_node(struct css_set *set,
						   __u32 controller)
{
	struct cgroup_subsys_state *state = NULL;

	bpf_probe_read_kernel(&state, sizeof(state),
			      (void *)(kaddress(set, struct css_set, subsys) +
				       8ul * controller));
	return state ? kread(kread(state, cgroup), kn) : NULL;
}

#define choose_v1(node, set, id)                                              \
	do {                                                                  \
		struct kernfs_node *other_;                                   \
		if (kernfs_parent(node) ||                                    \
		    !bpf_core_enum_value_exists(enum cgroup_subsys_id, id))   \
			break;                                                \
		other_ = v1_node(set, bpf_core_enum_value(                    \
					      enum cgroup_subsys_id, id));    \
		if (other_ && kernfs_parent(other_))                          \
			node = other_;                                        \
	} while (0)

static __always_inline void append_cgroup(struct eyrie_scratch *s,
					  struct eyrie_ref *slot,
					  struct task_struct *task)
{
	struct css_set *set = kread(task, cgroups);
	struct kernfs_node *node = kread(kread(set, dfl_cgrp), kn);

	choose_v1(node, set, cpu_cgrp_id);
	choose_v1(node, set, pids_cgrp_id);
	choose_v1(node, set, memory_cgrp_id);
	walk_cgroup(&s->walk, node);
	append_walk(s, slot);
}

static __always_inline void fill_memory(image_args *args,
					struct task_struct *task,
					struct mm_struct *mm)
{
	__u32 kib_shift = settings.page_shift - 10;

	args->pgft_maj = kread(task, maj_flt);
	args->pgft_min = kread(task, min_flt);
	if (!mm)
		return;
	args->vm_size = kread(mm, total_vm) << (kib_shift & 15);
	args->vm_rss = resident_pages(mm) << (kib_shift & 15);
}

static __always_inline void fill_identity(struct eyrie_scratch *s,
					  image_args *args,
					  struct task_struct *task)
{
	struct cred *cred = kread(task, cred);
	struct task_struct *leader = kread(task, group_leader);
	struct eyrie_process_key parent;
	__u32 level = pid_level(task);

	read_process_key(kread(task, real_parent), &parent);
	args->tid = kread(task, pid);
	args->pid = kread(task, tgid);
	args->ptid = parent.pid;
	args->parent_start_time = parent.start_time_ns;
	args->parent_exec_id = parent.exec_id;
	args->vtid = virtual_tid(task);
	args->vpid = virtual_tid(leader);
	args->vpgid = group_pid(task, PIDTYPE_PGID, level);
	args->pgid = group_pid(task, PIDTYPE_PGID, 0);
	args->sid = group_pid(task, PIDTYPE_SID, 0);
	args->tty = terminal(task);
	args->fdlimit = descriptor_limit(task);
	args->uid = s->record.euid;
	args->gid = s->record.egid;
	args->loginuid = s->record.loginuid;
	args->user_ns = kread(kread(cred, user_ns), ns.inum);
	bpf_core_read(&args->cap_inheritable, sizeof(__u64),
		      &cred->cap_inheritable);
	bpf_core_read(&args->cap_permitted, sizeof(__u64),
		      &cred->cap_permitted);
	bpf_core_read(&args->cap_effective, sizeof(__u64),
		      &cred->cap_effective);
}

/* Everything but the argument vector, the environment and the file name.
 * REQUIRES: the header is filled. */
static __always_inline void fill_image(struct eyrie_scratch *s,
				       image_args *args,
				       struct task_struct *task)
{
	struct mm_struct *mm = kread(task, mm);

	fill_identity(s, args, task);
	fill_memory(args, task, mm);
	append_kernel_string(s, &args->comm, s->record.comm);
	if (mm)
		fill_executable(s, args, task, kread(mm, exe_file));
	append_cgroup(s, &args->cgroup, task);
	append_cwd(s, &args->cwd, task);
}

#endif /* EYRIE_BPF_IMAGE_BPF_H_ */

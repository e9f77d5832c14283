/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Facts about a task.
 */
#ifndef EYRIE_BPF_TASK_BPF_H_
#define EYRIE_BPF_TASK_BPF_H_

#include "bpf/read.bpf.h"

/* Kernel constants. */
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004
#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3
#define RLIMIT_NOFILE 7

#define UID_UNSET 0xffffffffu
/* Most generations between a process and the one that inherits its children. */
#define MAX_REAPER_SEARCH 32

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

/* Names the image that `task` runs. All threads have their leader's: the thread
 * that calls exec becomes the leader before the number changes. */
static __always_inline void read_process_key(struct task_struct *task,
					     struct eyrie_process_key *key)
{
	struct task_struct *leader = kread(task, group_leader);

	key->pid = kread(task, tgid);
	key->exec_id = (__u32)kread(leader, self_exec_id);
	key->start_time_ns = kread(leader, start_boottime);
}

static __always_inline __u32 login_uid(struct task_struct *task)
{
	if (!bpf_core_field_exists(struct task_struct, loginuid))
		return UID_UNSET;
	return kread(task, loginuid.val);
}

/* The number and namespace of `pid` at nesting `level`; null if it has none. */
static __always_inline struct upid *pid_at(struct pid *pid, __u32 level)
{
	if (!pid || level > kread(pid, level))
		return NULL;
	return (struct upid *)(kaddress(pid, struct pid, numbers) +
			       level * bpf_core_type_size(struct upid));
}

/* How deep the pid namespace of `task` lies: 0 for the initial one. */
static __always_inline __u32 pid_level(struct task_struct *task)
{
	return kread(kread(task, thread_pid), level);
}

static __always_inline struct pid_namespace *pid_namespace_of(
	struct task_struct *task)
{
	struct pid *pid = kread(task, thread_pid);

	return kread(pid_at(pid, kread(pid, level)), ns);
}

/* What `task` calls its thread: its number in its own pid namespace. */
static __always_inline int virtual_tid(struct task_struct *task)
{
	struct pid *pid = kread(task, thread_pid);

	return kread(pid_at(pid, kread(pid, level)), nr);
}

/* The process group or session of `task` as number at `level`; 0 if it lies
 * outside of that namespace. */
static __always_inline int group_pid(struct task_struct *task, __u32 type,
				     __u32 level)
{
	__u64 pids = kaddress(kread(task, signal), struct signal_struct, pids);
	struct pid *pid = NULL;

	bpf_probe_read_kernel(&pid, sizeof(pid), (void *)(pids + 8ul * type));
	return pid ? kread(pid_at(pid, level), nr) : 0;
}

/* The device number of the controlling terminal as stat(2) shows it, or 0. */
static __always_inline __u64 terminal(struct task_struct *task)
{
	struct tty_struct *tty = kread(kread(task, signal), tty);
	struct tty_driver *driver;
	__u32 minor;

	if (!tty)
		return 0;
	driver = kread(tty, driver);
	minor = kread(driver, minor_start) + kread(tty, index);
	return (minor & 0xff) | ((__u64)kread(driver, major) << 8) |
	       ((__u64)(minor & ~0xffu) << 12);
}

static __always_inline __u64 descriptor_limit(struct task_struct *task)
{
	__u64 limits = kaddress(kread(task, signal), struct signal_struct, rlim);

	return kread((struct rlimit *)(limits +
				       RLIMIT_NOFILE *
					       bpf_core_type_size(
						       struct rlimit)),
		     rlim_cur);
}

/* Resident memory in pages. What CPUs have not added yet is missing, and before
 * 6.2 it is always 0: the exact sum would cost a walk over all CPUs. */
static __always_inline __u64 resident_pages(struct mm_struct *mm)
{
	__u64 counters, pages = 0;
	__s64 count;
	int i;

	if (!bpf_core_field_exists(struct mm_struct___percpu, rss_stat) ||
	    !bpf_core_type_exists(struct percpu_counter))
		return 0;
	counters = kaddress(mm, struct mm_struct___percpu, rss_stat);
	for (i = 0; i < 4; i++) {
		if (i == 2) /* swap entries */
			continue;
		count = kread((struct percpu_counter *)(counters +
				       i * bpf_core_type_size(
						   struct percpu_counter)),
			      count);
		if (count > 0)
			pages += count;
	}
	return pages;
}

/* Who inherits the children of `task`, which ends; 0 if not known. */
static __always_inline int reaper_of(struct task_struct *task)
{
	struct task_struct *ancestor = kread(task, real_parent);
	struct task_struct *init = kread(pid_namespace_of(task), child_reaper);
	struct signal_struct *signal = kread(task, signal);
	int i;

	if (!BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper))
		return kread(init, tgid);
	for (i = 0; i < MAX_REAPER_SEARCH; i++) {
		if (ancestor == init)
			return kread(init, tgid);
		signal = kread(ancestor, signal);
		if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
			return kread(ancestor, tgid);
		ancestor = kread(ancestor, real_parent);
	}
	return 0;
}

/* The open file that `task` knows as `fd`, or null. */
static __always_inline struct file *file_of(struct task_struct *task, int fd)
{
	struct fdtable *table = kread(kread(task, files), fdt);

	if ((__u32)fd >= kread(table, max_fds))
		return NULL;
	return (struct file *)load_word((__u64)kread(table, fd) +
					8ul * (__u32)fd);
}

#endif /* EYRIE_BPF_TASK_BPF_H_ */

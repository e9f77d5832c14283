/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Writing one record: begin, fill slots, append strings, emit.
 *
 * A record is made in this CPU's scratch and then copied to a ring, used bytes
 * only. Appends never fail: what does not fit is cut, what cannot be read is
 * "no value", and the record's flags say so.
 */
#ifndef EYRIE_BPF_EMIT_BPF_H_
#define EYRIE_BPF_EMIT_BPF_H_

#include "bpf/path.bpf.h"
#include "bpf/socket.bpf.h"
#include "bpf/task.bpf.h"

/* ---- life of a record ------------------------------------------------------- */

static __always_inline void count_drop(__u32 type, __u32 reason)
{
	__u32 key = type * EYRIE_DROP_REASONS + reason;
	__u64 *count = bpf_map_lookup_elem(&drops, &key);

	if (count)
		(*count)++;
}

static __always_inline void fill_header(struct eyrie_record *record,
					struct task_struct *task)
{
	struct cred *cred = kread(task, cred);
	struct nsproxy *namespaces = kread(task, nsproxy);
	__u64 comm;

	record->flags = 0;
	record->cpu = bpf_get_smp_processor_id();
	record->time_ns = bpf_ktime_get_boot_ns();
	record->sequence = 0;
	read_process_key(task, &record->process);
	record->tid = kread(task, pid);
	record->ppid = kread(kread(task, real_parent), tgid);
	record->uid = kread(cred, uid.val);
	record->gid = kread(cred, gid.val);
	record->euid = kread(cred, euid.val);
	record->egid = kread(cred, egid.val);
	record->loginuid = login_uid(task);
	record->pid_ns = kread(pid_namespace_of(task), ns.inum);
	record->mnt_ns = kread(kread(namespaces, mnt_ns), ns.inum);
	record->net_ns = kread(kread(namespaces, net_ns), ns.inum);
	comm = kaddress(task, struct task_struct, comm);
	((__u64 *)record->comm)[0] = load_word(comm);
	((__u64 *)record->comm)[1] = load_word(comm + 8);
	record->result = 0;
	record->cgroup_id =
		kread(kread(kread(kread(task, cgroups), dfl_cgrp), kn), id);
}

/* Starts a record of `type` with `slots` arguments about `task` in entry
 * `index` of the scratch map. Null if the entry is in use; that is counted.
 *
 * The flag needs no atomics: programs on these hooks run with preemption off,
 * so only an interrupt can come between test and set, and its own record is
 * finished before we go on.
 *
 * REQUIRES: the caller zeroes the slots; emit_*() or release() follows. */
static __always_inline struct eyrie_scratch *begin(__u32 index, __u16 type,
						   __u16 slots,
						   struct task_struct *task)
{
	struct eyrie_scratch *s = bpf_map_lookup_elem(&scratch, &index);

	if (!s)
		return NULL;
	if (s->busy) {
		count_drop(type, EYRIE_DROP_SCRATCH_BUSY);
		return NULL;
	}
	s->busy = 1;
	s->record.type = type;
	s->record.slots = slots;
	fill_header(&s->record, task);
	s->used = sizeof(struct eyrie_record) + slots * 8;
	return s;
}

/* begin() for `event`, in a hook. */
#define begin_event(event, task)                                              \
	({                                                                    \
		struct eyrie_scratch *s_ =                                    \
			begin(SCRATCH_HOOK, EYRIE_EVENT_##event,              \
			      EYRIE_SLOTS(event), task);                      \
		if (s_)                                                       \
			__builtin_memset(args_of(s_, event), 0,               \
					 sizeof(*args_of(s_, event)));        \
		s_;                                                           \
	})

/* The record that begin_event() has begun on this CPU. */
static __always_inline struct eyrie_scratch *hook_scratch(void)
{
	__u32 key = SCRATCH_HOOK;

	return bpf_map_lookup_elem(&scratch, &key);
}

/* Slot `number` of the record, within bounds for the verifier. */
static __always_inline struct eyrie_ref *slot_of(struct eyrie_scratch *s,
						 __u32 number)
{
	return (struct eyrie_ref *)&s->slots[number & (EYRIE_MAX_SLOTS - 1)];
}

/* Says that the record has fewer slots than it began with. REQUIRES: nothing was
 * appended yet. */
static __always_inline void resize_record(struct eyrie_scratch *s, __u16 slots)
{
	s->record.slots = slots;
	s->used = sizeof(struct eyrie_record) + slots * 8;
}

static __always_inline void release(struct eyrie_scratch *s)
{
	asm volatile("" ::: "memory");
	s->busy = 0;
}

/* The record's size, for the verifier at most EYRIE_MAX_RECORD_SIZE. */
static __always_inline __u32 finished_size(struct eyrie_scratch *s)
{
	__u32 size = s->used;

	forget(size);
	if (size > EYRIE_MAX_RECORD_SIZE)
		size = EYRIE_MAX_RECORD_SIZE;
	s->record.size = size;
	return size;
}

static __always_inline void emit_event(struct eyrie_scratch *s)
{
	__u32 size = finished_size(s);

	s->record.sequence = ++s->event_sequence;
	if (bpf_ringbuf_output(&event_ring, s->bytes, size, BPF_RB_NO_WAKEUP))
		count_drop(s->record.type, EYRIE_DROP_EVENT_RING_FULL);
	release(s);
}

static __always_inline void emit_lifecycle(struct eyrie_scratch *s)
{
	__u32 size = finished_size(s);

	s->record.sequence = ++s->lifecycle_sequence;
	if (bpf_ringbuf_output(&lifecycle_ring, s->bytes, size,
			       BPF_RB_NO_WAKEUP))
		count_drop(s->record.type, EYRIE_DROP_LIFECYCLE_RING_FULL);
	release(s);
}

static __always_inline void set_result(struct eyrie_scratch *s, __s64 result)
{
	s->record.result = result;
	s->record.flags |= EYRIE_RECORD_HAS_RESULT;
}

/* ---- the tail --------------------------------------------------------------- */

/* Bytes that can still be appended, at most `most`; 0 flags the record. */
static __always_inline __u32 room(struct eyrie_scratch *s, __u32 at,
				  __u32 most)
{
	__u32 left;

	if (at > EYRIE_MAX_RECORD_SIZE - 8) {
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
		return 0;
	}
	/* Less 8: the zeros behind the value are written at once. */
	left = EYRIE_MAX_RECORD_SIZE - 8 - at;
	return left < most ? left : most;
}

/* Takes the `length` bytes at `at`, already written, into the record. */
static __always_inline void commit(struct eyrie_scratch *s,
				   struct eyrie_ref *slot, __u32 at,
				   __u32 length)
{
	__u32 end = at + length;

	forget(end);
	if (end > EYRIE_MAX_RECORD_SIZE - 8)
		return;
	/* Padding up to the next multiple of 8. */
	*(volatile __u64 *)&s->bytes[end] = 0;
	slot->offset = at;
	slot->length = length;
	s->used = (end + 7) & ~7u;
}

/* Appends `length` bytes of kernel memory, cut at EYRIE_MAX_CHUNK. */
subprogram int append_bytes(struct eyrie_scratch *s,
				   struct eyrie_ref *slot, const void *from,
				   __u32 length)
{
	__u32 at, size;

	if (!s || !slot)
		return 0;
	at = s->used;
	size = room(s, at, EYRIE_MAX_CHUNK - 1);
	if (length > size)
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
	else
		size = length;
	forget(at);
	forget(size);
	if (at > EYRIE_MAX_RECORD_SIZE || size >= EYRIE_MAX_CHUNK)
		return 0;
	if (!bpf_probe_read_kernel(&s->bytes[at], size, from))
		commit(s, slot, at, size);
	return 0;
}

/* Appends the string at `from` in user (or kernel) memory, without its NUL. */
static __always_inline int append_string(struct eyrie_scratch *s,
					 struct eyrie_ref *slot,
					 const void *from, bool user)
{
	__u32 at, size;
	long length;

	if (!s || !slot)
		return 0;
	at = s->used;
	size = room(s, at, EYRIE_MAX_CHUNK);
	forget(at);
	forget(size);
	if (at > EYRIE_MAX_RECORD_SIZE || size > EYRIE_MAX_CHUNK || !size)
		return 0;
	if (user)
		length = bpf_probe_read_user_str(&s->bytes[at], size, from);
	else
		length = bpf_probe_read_kernel_str(&s->bytes[at], size, from);
	if (length < 0) {
		s->record.flags |= EYRIE_RECORD_FAULTED;
		return 0;
	}
	/* Older kernels (6.1) do not count the NUL of an empty user string. */
	if (!length)
		length = 1;
	/* The longest path has 4095 bytes and its NUL: it is not cut. */
	if (length == size && size < EYRIE_MAX_CHUNK)
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
	commit(s, slot, at, length - 1);
	return 0;
}

subprogram int append_user_string(struct eyrie_scratch *s,
					 struct eyrie_ref *slot,
					 const void *from)
{
	return append_string(s, slot, from, true);
}

subprogram int append_kernel_string(struct eyrie_scratch *s,
					   struct eyrie_ref *slot,
					   const void *from)
{
	return append_string(s, slot, from, false);
}

/* Appends the text that a walk has left. */
subprogram int append_walk(struct eyrie_scratch *s,
				  struct eyrie_ref *slot)
{
	__u32 position;

	if (!s || !slot)
		return 0;
	position = s->walk.position;
	if (position > WALK_END)
		return 0;
	if (!s->walk.done)
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
	return append_bytes(s, slot, &s->walk.text[position & WALK_END],
			    WALK_END - position);
}

/* Names up to this length are copied by words: 3 ns each instead of 23 ns for a
 * call of bpf_probe_read_kernel(). */
#define MAX_WORDS_NAME 16

/* Writes the next component of s->walk, from the first to the last. Returns 1
 * behind it. */
static long write_component(__u32 index, void *context)
{
	struct eyrie_scratch *s = *(struct eyrie_scratch **)context;
	__u32 number = s->walk.count - 1 - index, at = s->walk.position;
	__u32 length;
	__u64 name;

	forget(number);
	if (index >= s->walk.count || number >= EYRIE_MAX_COMPONENTS)
		return 1;
	forget(at);
	if (at > EYRIE_MAX_RECORD_SIZE)
		return 1;
	name = s->walk.components[number].name;
	length = s->walk.components[number].length;
	s->bytes[at] = '/';
	if (length <= MAX_WORDS_NAME) {
		/* What is too much is overwritten by what follows. */
		*(__u64 *)&s->bytes[at + 1] = load_word(name);
		*(__u64 *)&s->bytes[at + 9] = load_word(name + 8);
	} else {
		bpf_probe_read_kernel(&s->bytes[at + 1],
				      length & EYRIE_MAX_NAME,
				      (const void *)name);
	}
	s->walk.position = at + 1 + length;
	return 0;
}

/* Appends the path whose components were collected in s->walk. */
subprogram int append_components(struct eyrie_scratch *s,
				 struct eyrie_ref *slot)
{
	__u32 at, length;

	if (!s || !slot)
		return 0;
	at = s->used;
	length = s->walk.length;
	if (!s->walk.done)
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
	if (length > room(s, at, EYRIE_MAX_PATH)) {
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
		return 0;
	}
	if (!s->walk.count) {
		/* The root itself. */
		length = 1;
		forget(at);
		if (at > EYRIE_MAX_RECORD_SIZE)
			return 0;
		s->bytes[at] = '/';
	} else {
		s->walk.position = at;
		run_walk(EYRIE_MAX_COMPONENTS, write_component, s);
	}
	commit(s, slot, at, length);
	return 0;
}

/* Appends the path of a directory or file as `task` sees it. */
static __always_inline void append_path(struct eyrie_scratch *s,
					struct eyrie_ref *slot,
					struct task_struct *task,
					struct vfsmount *mount,
					struct dentry *dentry)
{
	if (!dentry)
		return;
	walk_path(&s->walk, task, mount, dentry);
	append_components(s, slot);
}

/* Appends the path as the mount namespace sees it. */
static __always_inline void append_host_path(struct eyrie_scratch *s,
					     struct eyrie_ref *slot,
					     struct vfsmount *mount,
					     struct dentry *dentry)
{
	if (!dentry)
		return;
	walk_host_path(&s->walk, mount, dentry);
	append_components(s, slot);
}

/* The path of an open file, which need not be in any directory. */
static __always_inline void append_file_path(struct eyrie_scratch *s,
					     struct eyrie_ref *slot,
					     struct task_struct *task,
					     struct file *file)
{
	struct dentry *dentry = kread(file, f_path.dentry);

	if (!dentry)
		return;
	if (walk_pseudo(&s->walk, dentry, kread(file, f_inode)))
		append_walk(s, slot);
	else
		append_path(s, slot, task, kread(file, f_path.mnt), dentry);
}

/* The same for slot `slot` of the hook's record: the file at `address`, as the
 * task at `owner` sees it. */
standalone int append_open_file(__u32 slot, __u64 owner, __u64 address)
{
	struct eyrie_scratch *s = hook_scratch();

	if (s)
		append_file_path(s, slot_of(s, slot),
				 (struct task_struct *)owner,
				 (struct file *)address);
	return 0;
}

static __always_inline void append_cwd(struct eyrie_scratch *s,
				       struct eyrie_ref *slot,
				       struct task_struct *task)
{
	struct fs_struct *fs = kread(task, fs);

	append_path(s, slot, task, kread(fs, pwd.mnt), kread(fs, pwd.dentry));
}

#define AT_FDCWD (-100)

/* Appends the path of `directory`, a descriptor of the task at `owner` or
 * AT_FDCWD, to the hook's record. */
standalone int append_directory(__u32 slot, __u64 owner, int directory)
{
	struct task_struct *task = (struct task_struct *)owner;
	struct eyrie_scratch *s = hook_scratch();
	struct file *file;

	if (!s)
		return 0;
	if (directory == AT_FDCWD) {
		append_cwd(s, slot_of(s, slot), task);
		return 0;
	}
	file = file_of(task, directory);
	if (file)
		append_open_file(slot, owner, as_number(file));
	return 0;
}

/* Fills slot `slot` with the directory that the requested path in slot
 * `requested` starts from: of descriptor `directory`, or the working directory.
 * Nothing if that path is absolute or unknown. REQUIRES: the hook's record. */
static __always_inline void append_base(struct eyrie_scratch *s, __u32 slot,
					__u32 requested,
					struct task_struct *task,
					int directory)
{
	__u32 offset = slot_of(s, requested)->offset;

	forget(offset);
	if (!offset || offset >= EYRIE_MAX_RECORD_SIZE)
		return;
	if (s->bytes[offset] != '/')
		append_directory(slot, as_number(task), directory);
}

/* Appends one end of a socket, see socket.bpf.h. */
subprogram int append_address(struct eyrie_scratch *s,
				     struct eyrie_ref *slot,
				     const struct socket_end *end)
{
	struct eyrie_ref fixed = {}, path = {};

	if (!s || !slot || !end || !end->present)
		return 0;
	append_bytes(s, &fixed, &end->address, sizeof(end->address));
	if (!fixed.offset)
		return 0;
	/* The path follows at once: the fixed part is a multiple of 8. */
	if (end->path_length)
		append_bytes(s, &path, (const void *)end->path,
			     end->path_length);
	slot->offset = fixed.offset;
	slot->length = fixed.length + path.length;
	return 0;
}

/* Appends the address of `length` bytes at `from` in user memory. */
static __always_inline void append_given(struct eyrie_scratch *s,
					 struct eyrie_ref *slot, __u64 from,
					 int length)
{
	struct socket_end end = {};

	if (!given_end(&end, &s->walk, from, length))
		s->record.flags |= EYRIE_RECORD_FAULTED;
	append_address(s, slot, &end);
}

#endif /* EYRIE_BPF_EMIT_BPF_H_ */

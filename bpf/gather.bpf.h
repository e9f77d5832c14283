/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * One line of a plan: fills one slot.
 *
 * The functions called gather_... are standalone (read.bpf.h): along every path
 * through a plan it would be more than 1,000,000 instructions (E2BIG).
 */
#ifndef EYRIE_BPF_GATHER_BPF_H_
#define EYRIE_BPF_GATHER_BPF_H_

#include "bpf/descriptor.bpf.h"
#include "bpf/image.bpf.h"
#include "bpf/path_check.bpf.h"
#include "bpf/plan.bpf.h"
#include "bpf/user.bpf.h"

/* First of the 32-bit calls that have 32-bit user and group ids. */
#define FIRST_WIDE_ID_CALL 198
/* 32-bit calls whose offset or length is one long. */
#define OLD_LSEEK 19
#define OLD_TRUNCATE 92
#define OLD_FTRUNCATE 93
#define OLD_SENDFILE 187

/* A call whose record is being filled. */
struct gathering {
	struct call call;
	__s64 result;
	__u32 event;
	__u32 message; /* which one of a call that moves several, from 0 */
};

/* Key: 0. Written and read by on_planned alone, which nothing on its CPU can
 * interrupt with another call. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct gathering);
} gatherings SEC(".maps");

static __always_inline struct gathering *this_gathering(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&gatherings, &key);
}

/* What a line works on. */
struct line {
	struct gathering *g;
	struct eyrie_scratch *s;
	const volatile struct eyrie_fill *fill;
	struct eyrie_ref *slot;
	__u32 index; /* of the slot */
};

static __always_inline bool open_line(struct line *line, __u32 number)
{
	if (number >= FILLS)
		return false;
	line->g = this_gathering();
	line->s = hook_scratch();
	if (!line->g || !line->s)
		return false;
	line->fill = &fills[number];
	line->index = line->fill->slot & (EYRIE_MAX_SLOTS - 1);
	line->slot = (struct eyrie_ref *)&line->s->slots[line->index];
	return true;
}

static __always_inline __u64 line_argument(const struct line *line)
{
	return argument(&line->g->call, line->fill->a);
}

/* As many bytes as the call has moved. */
static __always_inline __u64 result_length(const struct gathering *g)
{
	return g->result > 0 ? g->result : 0;
}

/* ---- numbers ---------------------------------------------------------------- */

static __always_inline bool has_narrow_ids(const struct call *call)
{
	return call->compat && syscall_number(call->regs) < FIRST_WIDE_ID_CALL;
}

static __always_inline __u64 id_argument(const struct call *call, __u32 number)
{
	__u32 id = argument(call, number);

	if (!has_narrow_ids(call))
		return id;
	id &= 0xffff;
	return id == 0xffff ? UID_UNSET : id;
}

static __always_inline __u64 offset_argument(const struct call *call,
					     __u32 number, bool as_longs)
{
	__u64 old = syscall_number(call->regs);
	__u64 low;

	if (!call->compat)
		return argument(call, number);
	if (old == OLD_LSEEK || old == OLD_TRUNCATE || old == OLD_FTRUNCATE)
		return (__s64)(int)argument(call, number);
	if (COMPAT_PAIRS_ALIGNED && !as_longs)
		number += number & 1;
	low = argument(call, number);
	return low | argument(call, number + 1) << 32;
}

static __always_inline __u64 number_of(const struct gathering *g, __u8 op,
				       __u8 a, __u8 b)
{
	const struct call *call = &g->call;

	switch (op) {
	case FILL_RESULT:
		return g->result;
	case FILL_INT:
		return (__s64)(int)argument(call, a);
	case FILL_UINT:
		return (__u32)argument(call, a);
	case FILL_LONG:
		return argument(call, a);
	case FILL_ID:
		return id_argument(call, a);
	case FILL_OFFSET:
		return offset_argument(call, a, b);
	case FILL_TWO_HALVES:
		return (__u32)argument(call, a) | argument(call, b) << 32;
	case FILL_LOW_BITS:
		return argument(call, a) & ((1ull << (b & 63)) - 1);
	case FILL_HIGH_BITS:
		return (__u32)argument(call, a) & ~((1u << (b & 31)) - 1);
	default: /* FILL_SHIFTED */
		return (__u32)argument(call, a) >> (b & 31);
	}
}

standalone int gather_number(__u32 number)
{
	struct line line;

	if (!open_line(&line, number))
		return 0;
	*(__u64 *)line.slot = number_of(line.g, line.fill->op, line.fill->a,
					line.fill->b);
	return 0;
}

static __always_inline int new_fd_at(const struct gathering *g, __u64 at)
{
	return g->result < 0 ? -1 : (int)read_number(at, 4, true);
}

static __always_inline __u64 inode_at(const struct gathering *g, __u64 at)
{
	struct file *file = file_of(g->call.task, new_fd_at(g, at));

	return file ? kread(kread(file, f_inode), i_ino) : 0;
}

static __always_inline __u64 id_at(const struct call *call, __u64 at)
{
	__u32 id = has_narrow_ids(call) ? read_number(at, 2, true) :
					  read_number(at, 4, true);

	return has_narrow_ids(call) && id != UID_UNSET ? id & 0xffff : id;
}

static __always_inline __u64 read_offset(const struct call *call, __u64 at)
{
	bool is_long = call->compat &&
		       syscall_number(call->regs) == OLD_SENDFILE;

	return is_long ? read_number(at, 4, false) : read_number(at, 8, false);
}

static __always_inline __u64 user_number_of(const struct gathering *g,
					    __u8 op, __u64 from, __u8 b)
{
	__u64 at = from ? from + b : 0;

	switch (op) {
	case FILL_AT_S16:
		return read_number(at, 2, true);
	case FILL_AT_U16:
		return read_number(at, 2, false);
	case FILL_AT_S32:
		return read_number(at, 4, true);
	case FILL_AT_U32:
		return read_number(at, 4, false);
	case FILL_AT_S64:
		return read_number(at, 8, true);
	case FILL_AT_U64:
		return read_number(at, 8, false);
	case FILL_AT_LONG:
		at = from ? from + b * (g->call.compat ? 4ull : 8ull) : 0;
		return read_long(&g->call, at);
	case FILL_AT_ID:
		return id_at(&g->call, from);
	case FILL_AT_OFFSET:
		return read_offset(&g->call, at);
	case FILL_TIMESPEC:
		return read_time(&g->call, from, 1);
	case FILL_TIMEVAL:
		return read_time(&g->call, from, 1000);
	case FILL_NEW_FD_AT:
		return (__s64)new_fd_at(g, at);
	default: /* FILL_INODE_AT */
		return inode_at(g, at);
	}
}

standalone int gather_user_number(__u32 number)
{
	struct line line;
	__u64 from;

	if (!open_line(&line, number))
		return 0;
	from = line_argument(&line);
	if (line.fill->when_argument == IF_DONE && line.g->result < 0)
		from = 0;
	*(__u64 *)line.slot = user_number_of(line.g, line.fill->op, from,
					     line.fill->b);
	return 0;
}

/* ---- text, data -------------------------------------------------------------- */

standalone int gather_text(__u32 number)
{
	struct line line;
	__u64 from;

	if (!open_line(&line, number))
		return 0;
	from = line_argument(&line);
	if (!from)
		return 0;
	append_user_string(line.s, line.slot, (const void *)from);
	if (line.fill->op == FILL_PATH) {
		line.s->record.flags |= EYRIE_RECORD_UNVERIFIED;
		if (config.check_paths)
			check_path(line.s, from, line.slot);
	}
	return 0;
}

standalone int gather_base(__u32 number)
{
	struct line line;
	int directory;

	if (!open_line(&line, number))
		return 0;
	directory = line.fill->a == FROM_CWD ? AT_FDCWD :
					       (int)line_argument(&line);
	append_base(line.s, line.index, line.fill->b, line.g->call.task,
		    directory);
	return 0;
}

static __always_inline __u64 data_length(const struct line *line)
{
	__u64 given = argument(&line->g->call, line->fill->b);
	__u64 moved;

	switch (line->fill->op) {
	case FILL_BYTES:
		return given;
	case FILL_BYTES_RESULT:
		moved = result_length(line->g);
		return moved < given ? moved : given;
	case FILL_BYTES_AT_LENGTH:
		return line->g->result < 0 ? 0 : read_number(given, 4, false);
	default: /* FILL_POLLED: struct pollfd has 8 bytes */
		return 8 * (given < EYRIE_MAX_POLLED ? given :
						       EYRIE_MAX_POLLED);
	}
}

standalone int gather_data(__u32 number)
{
	struct line line;
	__u64 length;

	if (!open_line(&line, number))
		return 0;
	length = data_length(&line);
	if (length)
		append_data(line.s, line.slot, line_argument(&line), length);
	return 0;
}

/* ---- vectors, messages --------------------------------------------------------- */

standalone int gather_vector(__u32 number)
{
	__u64 from, length = EYRIE_MAX_DATA_BYTES;
	struct line line;
	__u32 count;

	if (!open_line(&line, number))
		return 0;
	from = line_argument(&line);
	count = argument(&line.g->call, line.fill->b);
	if (line.fill->op == FILL_VECTOR_SIZE) {
		*(__u64 *)line.slot =
			vector_size(from, count, line.g->call.compat);
		return 0;
	}
	if (line.fill->op == FILL_VECTOR_RESULT)
		length = result_length(line.g);
	append_vector(line.index, from, count, length, line.g->call.compat);
	return 0;
}

/* Bytes of the message at `from` that were moved. */
static __always_inline __u64 moved_length(const struct gathering *g, __u64 from)
{
	if (g->event != EYRIE_EVENT_recvmmsg || g->result <= 0)
		return result_length(g);
	return read_message_length(from, g->message, g->call.compat);
}

static __always_inline void fill_from_message(const struct line *line,
					      const struct message *message)
{
	bool compat = line->g->call.compat;
	__u64 length = EYRIE_MAX_DATA_BYTES;

	switch (line->fill->op) {
	case FILL_MESSAGE_SIZE:
		*(__u64 *)line->slot = vector_size(message->vector,
						   message->count, compat);
		return;
	case FILL_MESSAGE_ADDRESS:
	case FILL_MESSAGE_SENDER:
		if (message->name)
			append_given(line->s, line->slot, message->name,
				     message->name_length);
		return;
	case FILL_MESSAGE_CONTROL:
		if (message->control && message->control_length)
			append_data(line->s, line->slot, message->control,
				    message->control_length);
		return;
	case FILL_MESSAGE_RESULT:
		length = moved_length(line->g, line_argument(line));
	}
	append_vector(line->index, message->vector, message->count, length,
		      compat);
}

standalone int gather_message(__u32 number)
{
	struct message message;
	struct line line;

	if (!open_line(&line, number))
		return 0;
	if (line.fill->op == FILL_MESSAGE_NUMBER) {
		*(__u64 *)line.slot = line.g->message;
		return 0;
	}
	if (line.g->result < 0 && (line.fill->op == FILL_MESSAGE_SENDER ||
				   line.fill->op == FILL_MESSAGE_CONTROL))
		return 0;
	if (read_message(&message, line_argument(&line), line.g->message,
			 line.g->call.compat))
		fill_from_message(&line, &message);
	else
		line.s->record.flags |= EYRIE_RECORD_FAULTED;
	return 0;
}

standalone int gather_address(__u32 number)
{
	struct line line;
	__u64 from, length;

	if (!open_line(&line, number))
		return 0;
	from = line_argument(&line);
	length = argument(&line.g->call, line.fill->b);
	if (line.fill->op == FILL_ADDRESS_AT_LENGTH)
		length = line.g->result < 0 ? 0 :
					      read_number(length, 4, false);
	if (from)
		append_given(line.s, line.slot, from, (int)length);
	return 0;
}

/* ---- what the kernel holds ----------------------------------------------------- */

standalone int gather_descriptor(__u32 number)
{
	struct line line;
	long fd;

	if (!open_line(&line, number))
		return 0;
	fd = line.fill->op == FILL_DESCRIPTOR ? (int)line_argument(&line) :
						line.g->result;
	if (fd >= 0)
		describe_file(line.index, as_number(line.g->call.task),
			      as_number(file_of(line.g->call.task, fd)));
	return 0;
}

/* Slots of open_by_handle_at from `path` on. */
struct opened_by_handle {
	struct eyrie_ref path;
	eyrie_u64 dev;
	eyrie_u64 ino;
	eyrie_u64 kind;
	eyrie_u64 file_flags;
};

static __always_inline void fill_opened_by_handle(const struct line *line,
						  void *slots)
{
	struct task_struct *task = line->g->call.task;
	struct file *file = file_of(task, line->g->result);
	struct opened_by_handle *opened = slots;
	struct inode *inode;

	if (line->g->result < 0 || !file)
		return;
	inode = kread(file, f_inode);
	opened->dev = stat_device(kread(kread(inode, i_sb), s_dev));
	opened->ino = kread(inode, i_ino);
	opened->kind = file_kind(inode);
	opened->file_flags = overlay_layer(inode);
	append_open_file(line->index +
				 __builtin_offsetof(struct opened_by_handle,
						    path) / 8,
			 as_number(task), as_number(file));
}

/* vm_size, vm_rss and vm_swap. */
static __always_inline void fill_memory_slots(struct task_struct *task,
					      __u64 *slots)
{
	struct mm_struct *mm = kread(task, mm);
	__u32 kib_shift = settings.page_shift - 10;

	if (!mm)
		return;
	slots[0] = kread(mm, total_vm) << (kib_shift & 15);
	slots[1] = resident_pages(mm) << (kib_shift & 15);
}

/* cap_inheritable, cap_permitted and cap_effective. */
static __always_inline void fill_capabilities(struct task_struct *task,
					      __u64 *slots)
{
	struct cred *cred = kread(task, cred);

	bpf_core_read(&slots[0], 8, &cred->cap_inheritable);
	bpf_core_read(&slots[1], 8, &cred->cap_permitted);
	bpf_core_read(&slots[2], 8, &cred->cap_effective);
}

standalone int gather_several(__u32 number)
{
	struct line line;

	if (!open_line(&line, number) || line.index > EYRIE_MAX_SLOTS - 8)
		return 0;
	if (line.fill->op == FILL_OPENED)
		fill_opened_by_handle(&line, line.slot);
	else if (line.fill->op == FILL_MEMORY)
		fill_memory_slots(line.g->call.task, (__u64 *)line.slot);
	else
		fill_capabilities(line.g->call.task, (__u64 *)line.slot);
	return 0;
}

standalone int gather_directory(__u32 number)
{
	struct task_struct *task;
	struct fs_struct *fs;
	struct line line;

	if (!open_line(&line, number))
		return 0;
	task = line.g->call.task;
	fs = kread(task, fs);
	if (line.fill->op == FILL_CWD)
		append_cwd(line.s, line.slot, task);
	else
		append_host_path(line.s, line.slot, kread(fs, root.mnt),
				 kread(fs, root.dentry));
	return 0;
}

#endif /* EYRIE_BPF_GATHER_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What system calls find in user memory: numbers, data, vectors, messages.
 */
#ifndef EYRIE_BPF_USER_BPF_H_
#define EYRIE_BPF_USER_BPF_H_

#include "bpf/filter.bpf.h"
#include "bpf/syscall.bpf.h"

/* First system call that has the same number and 64-bit times everywhere. */
#define FIRST_TIME64_CALL 403

/* The number of `bytes` (2, 4 or 8) at `from`, sign-extended if `is_signed`.
 * What cannot be read, or is not given, is -1 if signed, else 0. */
static __always_inline __u64 read_number(__u64 from, int bytes, bool is_signed)
{
	__u64 value = 0;

	if (!from ||
	    bpf_probe_read_user(&value, bytes, (const void *)from))
		return is_signed ? -1ull : 0;
	if (is_signed && bytes == 2)
		return (__s64)(__s16)value;
	if (is_signed && bytes == 4)
		return (__s64)(__s32)value;
	return value;
}

/* The number at `from` that is as wide as the caller's registers; -1 if all its
 * bits are set or it cannot be read. */
static __always_inline __u64 read_long(const struct call *call, __u64 from)
{
	__u64 value;

	if (!call->compat)
		return read_number(from, 8, true);
	value = read_number(from, 4, true);
	return value == -1ull ? value : (__u32)value;
}

/* The kernel's longest time, ns. */
#define LONGEST_TIME 0x7fffffffffffffffull

/* Nanoseconds of two longs at `from`: seconds, and parts of `scale` ns. At most
 * LONGEST_TIME. */
static __always_inline __u64 read_time(const struct call *call, __u64 from,
				       __u32 scale)
{
	bool is_narrow = call->compat &&
			 syscall_number(call->regs) < FIRST_TIME64_CALL;
	__u64 seconds, parts;

	if (!from)
		return 0;
	seconds = is_narrow ? read_number(from, 4, false) :
			      read_number(from, 8, false);
	parts = is_narrow ? read_number(from + 4, 4, false) :
			    read_number(from + 8, 8, false);
	if (seconds >= LONGEST_TIME / 1000000000ull)
		return LONGEST_TIME;
	return seconds * 1000000000ull + parts * scale;
}

/* ---- data ------------------------------------------------------------------- */

static __always_inline __u32 most_data(__u64 length)
{
	__u32 most = config.data_bytes;

	return length < most ? length : most;
}

/* Appends the first of `length` bytes at `from`, as many as the configuration
 * allows. */
subprogram int append_data(struct eyrie_scratch *s, struct eyrie_ref *slot,
			   __u64 from, __u64 length)
{
	__u32 at, size, left;

	if (!s || !slot || !from)
		return 0;
	at = s->used;
	size = most_data(length);
	left = room(s, at, EYRIE_MAX_DATA_BYTES);
	if (size > left) {
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
		size = left;
	}
	forget(at);
	forget(size);
	if (at > EYRIE_MAX_RECORD_SIZE || size > EYRIE_MAX_DATA_BYTES)
		return 0;
	if (bpf_probe_read_user(&s->bytes[at], size, (const void *)from))
		s->record.flags |= EYRIE_RECORD_FAULTED;
	else
		commit(s, slot, at, size);
	return 0;
}

/* ---- vectors ---------------------------------------------------------------- */

/* An array of struct iovec in user memory. */
struct vector {
	__u64 from;
	__u32 count;
	bool compat;
};

struct part {
	__u64 from;
	__u64 length;
};

static __always_inline struct part read_part(const struct vector *vector,
					     __u32 index)
{
	struct part part = {};
	__u32 narrow[2] = {};
	__u64 at = vector->from;

	if (!vector->compat) {
		at += 16ul * index;
		bpf_probe_read_user(&part, sizeof(part), (const void *)at);
		return part;
	}
	at += 8ul * index;
	bpf_probe_read_user(narrow, sizeof(narrow), (const void *)at);
	part.from = narrow[0];
	part.length = narrow[1];
	return part;
}

/* Appends the beginning of the data in the vector, at most `length` bytes. */
subprogram int append_vector(struct eyrie_scratch *s, struct eyrie_ref *slot,
			     const struct vector *vector, __u64 length)
{
	__u32 start, end, left, i;

	if (!s || !slot || !vector || !vector->from)
		return 0;
	start = end = s->used;
	left = most_data(length);
	if (left > room(s, start, EYRIE_MAX_DATA_BYTES))
		return 0;
	for (i = 0; i < EYRIE_MAX_PARTS; i++) {
		struct part part;
		__u32 size;

		if (i >= vector->count || !left)
			break;
		part = read_part(vector, i);
		size = part.length < left ? part.length : left;
		forget(end);
		forget(size);
		if (end > EYRIE_MAX_RECORD_SIZE || size > EYRIE_MAX_DATA_BYTES)
			break;
		if (bpf_probe_read_user(&s->bytes[end], size,
					(const void *)part.from)) {
			s->record.flags |= EYRIE_RECORD_FAULTED;
			break;
		}
		end += size;
		left -= size;
	}
	commit(s, slot, start, end - start);
	return 0;
}

/* Bytes of the first parts together. */
static __always_inline __u64 vector_size(const struct vector *vector)
{
	__u64 size = 0;
	__u32 i;

	for (i = 0; i < EYRIE_MAX_PARTS; i++) {
		if (i >= vector->count)
			break;
		size += read_part(vector, i).length;
	}
	return size;
}

/* ---- messages --------------------------------------------------------------- */

/* struct msghdr (64-bit) as user space has it; struct mmsghdr is 64 bytes. */
struct message {
	__u64 name;
	__u32 name_length;
	__u32 unused;
	__u64 vector;
	__u64 count;
	__u64 control;
	__u64 control_length;
};

#define MMSGHDR_BYTES 64
#define COMPAT_MMSGHDR_BYTES 32

/* The same of 32-bit callers. */
struct compat_message {
	__u32 name;
	__u32 name_length;
	__u32 vector;
	__u32 count;
	__u32 control;
	__u32 control_length;
};

/* Reads message `index` of the array at `from`. */
static __always_inline void read_message(struct message *message, __u64 from,
					 __u32 index, bool compat)
{
	struct compat_message narrow = {};

	__builtin_memset(message, 0, sizeof(*message));
	if (!compat) {
		from += (__u64)index * MMSGHDR_BYTES;
		bpf_probe_read_user(message, sizeof(*message),
				    (const void *)from);
		return;
	}
	from += (__u64)index * COMPAT_MMSGHDR_BYTES;
	bpf_probe_read_user(&narrow, sizeof(narrow), (const void *)from);
	message->name = narrow.name;
	message->name_length = narrow.name_length;
	message->vector = narrow.vector;
	message->count = narrow.count;
	message->control = narrow.control;
	message->control_length = narrow.control_length;
}

#endif /* EYRIE_BPF_USER_BPF_H_ */

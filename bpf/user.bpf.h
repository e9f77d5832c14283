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

/* Pages have this many bytes, or a multiple of it. */
#define LEAST_PAGE 4096

/* Reads `size` bytes at `from`, fewer than a page; or those up to the end of the
 * page if the next one cannot be read. Returns how many. */
static __always_inline __u32 read_bytes(void *to, __u32 size, __u64 from)
{
	__u32 left = LEAST_PAGE - (from & (LEAST_PAGE - 1));

	if (!bpf_probe_read_user(to, size, (const void *)from))
		return size;
	if (left >= size || bpf_probe_read_user(to, left, (const void *)from))
		return 0;
	return left;
}

/* Appends the first of `length` bytes at `from`, as many as the configuration
 * allows. */
subprogram int append_data(struct eyrie_scratch *s, struct eyrie_ref *slot,
			   __u64 from, __u64 length)
{
	__u32 at, size, left, got;

	if (!s || !slot)
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
	got = read_bytes(&s->bytes[at], size, from);
	if (got < size)
		s->record.flags |= EYRIE_RECORD_FAULTED;
	if (got)
		commit(s, slot, at, got);
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

/* False if it cannot be read; it is empty then. */
static __always_inline bool read_part(struct part *part,
				      const struct vector *vector, __u32 index)
{
	__u32 narrow[2] = {};
	__u64 at = vector->from;

	if (!vector->compat) {
		at += 16ul * index;
		return !bpf_probe_read_user(part, sizeof(*part),
					    (const void *)at);
	}
	at += 8ul * index;
	if (bpf_probe_read_user(narrow, sizeof(narrow), (const void *)at)) {
		part->from = part->length = 0;
		return false;
	}
	part->from = narrow[0];
	part->length = narrow[1];
	return true;
}

/* Appends the beginning of the data in the vector of `count` parts at `from`, at
 * most `length` bytes, to the hook's record. */
standalone int append_vector(__u32 slot, __u64 from, __u32 count, __u64 length,
			     int is_compat)
{
	struct vector vector = {
		.from = from, .count = count, .compat = is_compat
	};
	struct eyrie_scratch *s = hook_scratch();
	__u32 start, end, left, space, i;

	if (!s)
		return 0;
	start = end = s->used;
	left = most_data(length);
	space = room(s, start, EYRIE_MAX_DATA_BYTES);
	if (left > space) {
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
		left = space;
	}
	for (i = 0; i < EYRIE_MAX_PARTS; i++) {
		struct part part;
		__u32 size, got;

		if (i >= vector.count || !left)
			break;
		if (!read_part(&part, &vector, i)) {
			s->record.flags |= EYRIE_RECORD_FAULTED;
			break;
		}
		size = part.length < left ? part.length : left;
		forget(end);
		forget(size);
		if (end > EYRIE_MAX_RECORD_SIZE || size > EYRIE_MAX_DATA_BYTES)
			break;
		got = size ? read_bytes(&s->bytes[end], size, part.from) : 0;
		end += got;
		left -= got;
		if (got < size) {
			s->record.flags |= EYRIE_RECORD_FAULTED;
			break;
		}
	}
	if (end > start)
		commit(s, slot_of(s, slot), start, end - start);
	return 0;
}

/* Bytes of the first parts of that vector together. */
standalone __u64 vector_size(__u64 from, __u32 count, int is_compat)
{
	struct vector vector = {
		.from = from, .count = count, .compat = is_compat
	};
	struct part part;
	__u64 size = 0;
	__u32 i;

	for (i = 0; i < EYRIE_MAX_PARTS; i++) {
		if (i >= count || !read_part(&part, &vector, i))
			break;
		size += part.length;
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
#define MMSGHDR_LENGTH_AT 56
#define COMPAT_MMSGHDR_BYTES 32
#define COMPAT_MMSGHDR_LENGTH_AT 28

/* The same of 32-bit callers. */
struct compat_message {
	__u32 name;
	__u32 name_length;
	__u32 vector;
	__u32 count;
	__u32 control;
	__u32 control_length;
};

/* Reads message `index` of the array at `from`. False if it cannot be read. */
static __always_inline bool read_message(struct message *message, __u64 from,
					 __u32 index, bool compat)
{
	struct compat_message narrow = {};

	__builtin_memset(message, 0, sizeof(*message));
	if (!compat) {
		from += (__u64)index * MMSGHDR_BYTES;
		return !bpf_probe_read_user(message, sizeof(*message),
					    (const void *)from);
	}
	from += (__u64)index * COMPAT_MMSGHDR_BYTES;
	if (bpf_probe_read_user(&narrow, sizeof(narrow), (const void *)from))
		return false;
	message->name = narrow.name;
	message->name_length = narrow.name_length;
	message->vector = narrow.vector;
	message->count = narrow.count;
	message->control = narrow.control;
	message->control_length = narrow.control_length;
	return true;
}

/* Bytes of message `index` that recvmmsg() has received. */
static __always_inline __u64 read_message_length(__u64 from, __u32 index,
						 bool compat)
{
	if (compat)
		from += (__u64)index * COMPAT_MMSGHDR_BYTES +
			COMPAT_MMSGHDR_LENGTH_AT;
	else
		from += (__u64)index * MMSGHDR_BYTES + MMSGHDR_LENGTH_AT;
	return read_number(from, 4, false);
}

#endif /* EYRIE_BPF_USER_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Requests to io_uring: which event each is, and what must be kept of it from
 * submission to completion.
 */
#ifndef EYRIE_BPF_URING_BPF_H_
#define EYRIE_BPF_URING_BPF_H_

#include "bpf/descriptor.bpf.h"
#include "bpf/user.bpf.h"

/* Names of files longer than this are cut and flagged TRUNCATED. */
#define URING_MAX_NAME 1024
/* Requests under way that are remembered; what comes beyond is reported when it
 * is submitted, without a result. */
#define URING_MAX_REQUESTS 8192
#define URING_MAX_NAMES 512

/* What a request leaves behind when it is submitted. */
struct uring_request {
	__s32 fd;
	__u16 event;
	__u8 has_names;
	__u8 unused;
};

/* Paths, and the address of a connect, which the kernel frees before the request
 * completes. They are copied from the kernel's own memory: no other thread can
 * change them. */
struct uring_names {
	__s32 lengths[2]; /* with their NUL; 0: none */
	char text[2][URING_MAX_NAME];
};

/* Key: address of the request. An entry lives from submission to completion.
 * Written and read by uring.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, URING_MAX_REQUESTS);
	__type(key, __u64);
	__type(value, struct uring_request);
} uring_requests SEC(".maps");

/* The same for requests with names. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, URING_MAX_NAMES);
	__type(key, __u64);
	__type(value, struct uring_names);
} uring_names SEC(".maps");

/* Key: 0. Where the names of one request are put together, and where they are
 * read from when a record is made. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct uring_names);
} uring_scratch SEC(".maps");

/* Index = opcode of io_uring: the event that reports it; 0: nobody wants it.
 * Written by the collector at any time. Defined in sensor.bpf.c. */
extern __u16 uring_event_of[EYRIE_URING_OPCODES];

static __always_inline __u32 uring_event(struct io_kiocb *request)
{
	__u32 opcode = kread(request, opcode);

	forget(opcode);
	if (opcode >= EYRIE_URING_OPCODES)
		return EYRIE_EVENT_NONE;
	return uring_event_of[opcode];
}

/* Who has submitted the request. */
static __always_inline struct task_struct *uring_task(struct io_kiocb *request)
{
	struct io_kiocb___tctx *newer = (struct io_kiocb___tctx *)request;
	struct io_kiocb___task *older = (struct io_kiocb___task *)request;

	if (bpf_core_field_exists(struct io_kiocb___tctx, tctx))
		return kread(kread(newer, tctx), task);
	return kread(older, task);
}

/* The operation's part of a request. */
#define uring_operation(request, type) ((struct type *)(request))

static __always_inline void keep_name(struct uring_names *names, int number,
				      struct filename *name)
{
	names->lengths[number] = bpf_probe_read_kernel_str(
		names->text[number], URING_MAX_NAME, kread(name, name));
}

static __always_inline void append_kept_name(struct eyrie_scratch *s,
					     struct eyrie_ref *slot, int number)
{
	__u32 key = 0;
	struct uring_names *names = bpf_map_lookup_elem(&uring_scratch, &key);

	if (!names || names->lengths[number] <= 0)
		return;
	if (names->lengths[number] >= URING_MAX_NAME)
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
	append_kernel_string(s, slot, names->text[number]);
}

/* ---- records ---------------------------------------------------------------- */

/* What the record is made of. */
struct uring_report {
	struct io_kiocb *request;
	struct task_struct *task;
	__s64 result;
	__s32 fd;
	__u32 event;
	bool is_complete;
};

/* Key: 0. Between the hooks and the functions that make records, which are
 * standalone. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct uring_report);
} uring_reports SEC(".maps");

static __always_inline struct uring_report *this_report(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&uring_reports, &key);
}

/* begin() for the report. */
static __always_inline struct eyrie_scratch *begin_report(
	const struct uring_report *report, __u32 slots)
{
	struct eyrie_scratch *s =
		begin(SCRATCH_HOOK, report->event, slots, report->task);

	if (!s)
		return NULL;
	__builtin_memset(s->slots, 0, sizeof(s->slots));
	s->record.flags |= EYRIE_RECORD_IO_URING;
	if (report->is_complete)
		set_result(s, report->result);
	return s;
}

static __always_inline void describe_target(__u32 slot,
					    const struct uring_report *report)
{
	describe_file(slot, as_number(report->task),
		      as_number(kread(report->request, file)));
}

#endif /* EYRIE_BPF_URING_BPF_H_ */

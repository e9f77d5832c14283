/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Records of io_uring's operations that move data.
 */
#include "bpf/uring.bpf.h"

/* Whether user memory is the submitter's: a thread of the kernel may work for
 * him. */
static __always_inline bool has_memory_of(struct task_struct *task)
{
	return kread(current_task(), mm) == kread(task, mm);
}

static __always_inline __u64 moved(const struct uring_report *report)
{
	return report->result > 0 ? report->result : 0;
}

standalone int report_uring_data(void)
{
	struct uring_report *report = this_report();
	struct eyrie_read_args *args;
	struct eyrie_scratch *s;
	struct io_rw *io;

	if (!report)
		return 0;
	s = begin_report(report, EYRIE_SLOTS(read));
	if (!s)
		return 0;
	io = uring_operation(report->request, io_rw);
	args = args_of(s, read);
	args->res = report->result;
	args->fd = report->fd;
	args->size = kread(io, len);
	if (has_memory_of(report->task) && moved(report))
		append_data(s, &args->data, kread(io, addr), moved(report));
	describe_target(SLOT(read, fd_path), report);
	emit_event(s);
	return 0;
}

_Static_assert(EYRIE_SLOTS(read) == EYRIE_SLOTS(write) &&
		       SLOT(read, data) == SLOT(write, data) &&
		       SLOT(read, size) == SLOT(write, size),
	       "alike");

standalone int report_uring_vector(void)
{
	struct uring_report *report = this_report();
	struct eyrie_scratch *s;
	struct io_rw *io;
	bool is_read;
	__u64 from;
	__u32 parts;

	if (!report)
		return 0;
	is_read = report->event == EYRIE_EVENT_readv;
	s = begin_report(report, EYRIE_SLOTS(readv));
	if (!s)
		return 0;
	io = uring_operation(report->request, io_rw);
	s->slots[SLOT(readv, res)] = report->result;
	s->slots[is_read ? SLOT(readv, fd) : SLOT(writev, fd)] = report->fd;
	from = kread(io, addr);
	parts = kread(io, len);
	if (has_memory_of(report->task)) {
		s->slots[is_read ? SLOT(readv, size) : SLOT(writev, size)] =
			vector_size(from, parts, false);
		if (moved(report))
			append_vector(is_read ? SLOT(readv, data) :
						SLOT(writev, data),
				      from, parts, moved(report), false);
	}
	describe_target(SLOT(readv, fd_path), report);
	emit_event(s);
	return 0;
}

standalone int report_uring_transfer(void)
{
	struct uring_report *report = this_report();
	struct eyrie_recvfrom_args *in;
	struct eyrie_sendto_args *out;
	struct io_sr_msg *message;
	struct eyrie_scratch *s;
	struct eyrie_ref *data;
	bool is_send;

	if (!report)
		return 0;
	is_send = report->event == EYRIE_EVENT_sendto;
	s = begin_report(report, EYRIE_SLOTS(sendto));
	if (!s)
		return 0;
	message = uring_operation(report->request, io_sr_msg);
	out = args_of(s, sendto);
	in = args_of(s, recvfrom);
	data = is_send ? &out->data : &in->data;
	out->res = report->result; /* both begin with it */
	if (is_send) {
		out->fd = report->fd;
		out->size = (__u32)kread(message, len);
	} else {
		in->fd = report->fd;
		in->size = (__u32)kread(message, len);
	}
	if (has_memory_of(report->task) && moved(report))
		append_data(s, data, (__u64)kread(message, buf),
			    moved(report));
	describe_target(SLOT(sendto, fd_path), report);
	emit_event(s);
	return 0;
}

_Static_assert(EYRIE_SLOTS(sendto) == EYRIE_SLOTS(recvfrom) &&
		       SLOT(sendto, fd_path) == SLOT(recvfrom, fd_path),
	       "alike");

standalone int report_uring_message(void)
{
	struct uring_report *report = this_report();
	struct eyrie_recvmsg_args *in;
	struct eyrie_sendmsg_args *out;
	struct message message = {};
	struct eyrie_ref *address;
	struct io_sr_msg *from;
	struct eyrie_scratch *s;
	bool is_send;

	if (!report)
		return 0;
	is_send = report->event == EYRIE_EVENT_sendmsg;
	s = begin_report(report, is_send ? EYRIE_SLOTS(sendmsg) :
					   EYRIE_SLOTS(recvmsg));
	if (!s)
		return 0;
	from = uring_operation(report->request, io_sr_msg);
	if (has_memory_of(report->task))
		read_message(&message, (__u64)kread(from, buf), 0, false);
	out = args_of(s, sendmsg);
	in = args_of(s, recvmsg);
	out->res = report->result; /* both begin with it */
	if (is_send) {
		out->fd = report->fd;
		out->size = vector_size(message.vector, message.count, false);
	} else {
		in->fd = report->fd;
		in->size = vector_size(message.vector, message.count, false);
	}
	address = is_send ? &out->addr : &in->addr;
	if (moved(report))
		append_vector(is_send ? SLOT(sendmsg, data) :
					SLOT(recvmsg, data),
			      message.vector, message.count, moved(report),
			      false);
	if (message.name)
		append_given(s, address, message.name, message.name_length);
	describe_target(is_send ? SLOT(sendmsg, fd_path) :
				     SLOT(recvmsg, fd_path), report);
	emit_event(s);
	return 0;
}

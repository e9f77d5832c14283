/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Records of io_uring's operations that make and change sockets.
 */
#include "bpf/uring.bpf.h"

/* The address that keep_address() has kept. */
static __always_inline void append_kept_address(struct eyrie_scratch *s,
						struct eyrie_ref *slot)
{
	struct socket_end end = {};
	struct uring_names *names;
	__u32 key = 0;

	names = bpf_map_lookup_elem(&uring_scratch, &key);
	if (!names || names->lengths[0] <= 0)
		return;
	bpf_probe_read_kernel(s->walk.text, MAX_SOCKADDR, names->text[0]);
	parse_end(&end, &s->walk, names->lengths[0]);
	append_address(s, slot, &end);
}

standalone int report_uring_connect(void)
{
	struct uring_report *report = this_report();
	struct eyrie_connect_args *args;
	struct eyrie_scratch *s;
	struct socket *socket;

	if (!report)
		return 0;
	s = begin_report(report, EYRIE_SLOTS(connect));
	if (!s)
		return 0;
	args = args_of(s, connect);
	args->res = report->result;
	args->fd = report->fd;
	append_kept_address(s, &args->addr);
	socket = (struct socket *)kread(kread(report->request, file),
					private_data);
	if (report->is_complete && !report->result)
		fill_ends(s, ENDS_SLOT(connect), kread(socket, sk));
	else
		s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	emit_event(s);
	return 0;
}

standalone int report_uring_socket(void)
{
	struct uring_report *report = this_report();
	struct eyrie_accept4_args *accept;
	struct eyrie_socket_args *socket;
	struct eyrie_scratch *s;
	struct io_socket *from;
	struct file *file;

	if (!report)
		return 0;
	s = begin_report(report, report->event == EYRIE_EVENT_socket ?
					 EYRIE_SLOTS(socket) :
					 EYRIE_SLOTS(accept4));
	if (!s)
		return 0;
	s->slots[0] = report->result;
	file = report->result < 0 ? NULL :
				    file_of(report->task, report->result);
	if (report->event == EYRIE_EVENT_socket) {
		socket = args_of(s, socket);
		from = uring_operation(report->request, io_socket);
		socket->domain = kread(from, domain);
		socket->type = kread(from, type) & 0xf;
		socket->proto = kread(from, protocol);
		socket->flags = (__u32)kread(from, flags);
		if (file)
			describe_file(SLOT(socket, fd_path),
				      as_number(report->task), as_number(file));
	} else {
		accept = args_of(s, accept4);
		accept->flags = (__u32)kread(
			uring_operation(report->request, io_accept), flags);
		if (file)
			fill_ends(s, ENDS_SLOT(accept4),
				  kread((struct socket *)kread(file,
							       private_data),
					sk));
	}
	emit_event(s);
	return 0;
}

/* listen and shutdown: result, descriptor, one number. */
standalone int report_uring_listen(void)
{
	struct uring_report *report = this_report();
	struct eyrie_listen_args *args;
	struct eyrie_scratch *s;

	if (!report)
		return 0;
	s = begin_report(report, EYRIE_SLOTS(listen));
	if (!s)
		return 0;
	args = args_of(s, listen);
	args->res = report->result;
	args->fd = report->fd;
	if (report->event == EYRIE_EVENT_shutdown)
		args->backlog = (__u32)kread(
			uring_operation(report->request, io_shutdown), how);
	else if (bpf_core_type_exists(struct io_listen)) /* 6.11 */
		args->backlog = kread(uring_operation(report->request,
						      io_listen), backlog);
	describe_target(SLOT(listen, fd_path), report);
	emit_event(s);
	return 0;
}

_Static_assert(EYRIE_SLOTS(listen) == EYRIE_SLOTS(shutdown), "alike");

/* The address that was given is gone with the request's own data; what the
 * socket has got is told. */
standalone int report_uring_bind(void)
{
	struct uring_report *report = this_report();
	struct eyrie_bind_args *args;
	struct eyrie_scratch *s;
	struct socket *socket;

	if (!report)
		return 0;
	s = begin_report(report, EYRIE_SLOTS(bind));
	if (!s)
		return 0;
	args = args_of(s, bind);
	args->res = report->result;
	args->fd = report->fd;
	socket = (struct socket *)kread(kread(report->request, file),
					private_data);
	fill_socket(s, (struct socket_ends *)&args->local, kread(socket, sk));
	append_local(ENDS_SLOT(bind), kread(socket, sk));
	emit_event(s);
	return 0;
}

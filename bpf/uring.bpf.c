/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * io_uring: operations that no hook on system calls sees, reported as the events
 * they are, flagged IO_URING.
 *
 *   submission ─ on_uring_submit ─ what the kernel will forget ──► uring_requests
 *   completion ─ on_uring_complete ◄── record, with the result
 *
 * A request completes in the thread that made it or in one of the kernel's that
 * works for it; the record names who made it. close is reported when it is
 * submitted, as the system call is when it begins. Attached only while somebody
 * wants an event that io_uring can make.
 */
#include "bpf/filter.bpf.h"
#include "bpf/uring_data.bpf.c"
#include "bpf/uring_files.bpf.c"
#include "bpf/uring_sockets.bpf.c"

/* ---- submission ------------------------------------------------------------- */

/* Copies the names of the request. False if it has none. */
static __always_inline bool keep_names(struct uring_names *names, __u32 event,
				       struct io_kiocb *request)
{
	struct io_rename *rename = uring_operation(request, io_rename);
	struct io_link *link = uring_operation(request, io_link);

	names->lengths[0] = 0;
	names->lengths[1] = 0;
	switch (event) {
	case EYRIE_EVENT_openat:
	case EYRIE_EVENT_openat2:
		keep_name(names, 0,
			  kread(uring_operation(request, io_open), filename));
		return true;
	case EYRIE_EVENT_statx:
		keep_name(names, 0,
			  kread(uring_operation(request, io_statx), filename));
		return true;
	case EYRIE_EVENT_unlinkat:
		keep_name(names, 0,
			  kread(uring_operation(request, io_unlink), filename));
		return true;
	case EYRIE_EVENT_mkdirat:
		keep_name(names, 0,
			  kread(uring_operation(request, io_mkdir), filename));
		return true;
	case EYRIE_EVENT_renameat2:
		keep_name(names, 0, kread(rename, oldpath));
		keep_name(names, 1, kread(rename, newpath));
		return true;
	case EYRIE_EVENT_linkat:
	case EYRIE_EVENT_symlinkat:
		keep_name(names, 0, kread(link, oldpath));
		keep_name(names, 1, kread(link, newpath));
		return true;
	}
	return false;
}

/* Copies the address that a connect was given, from the submitter's memory. */
static __always_inline bool keep_address(struct uring_names *names,
					 struct io_kiocb *request)
{
	struct io_connect *connect = uring_operation(request, io_connect);
	__u32 length = kread(connect, addr_len);

	names->lengths[0] = 0;
	names->lengths[1] = 0;
	if (length > MAX_SOCKADDR)
		return false;
	forget(length);
	length &= 255;
	if (bpf_probe_read_user(names->text[0], length, kread(connect, addr)))
		return false;
	names->lengths[0] = length;
	return true;
}

static __always_inline int keep_request(struct io_kiocb *request, __u32 event)
{
	struct uring_request kept = {
		.fd = kread(request, cqe.fd),
		.event = event,
	};
	__u64 key = (__u64)request;
	struct uring_names *names;
	__u32 zero = 0;

	names = bpf_map_lookup_elem(&uring_scratch, &zero);
	if (!names)
		return 0;
	kept.has_names = event == EYRIE_EVENT_connect ?
				 keep_address(names, request) :
				 keep_names(names, event, request);
	if (kept.has_names &&
	    bpf_map_update_elem(&uring_names, &key, names, BPF_ANY))
		return -1;
	return bpf_map_update_elem(&uring_requests, &key, &kept, BPF_ANY);
}

/* ---- hooks -------------------------------------------------------------------- */

static __always_inline void make_report(__u32 event)
{
	switch (event) {
	case EYRIE_EVENT_openat:
	case EYRIE_EVENT_openat2:
		report_uring_open();
		return;
	case EYRIE_EVENT_unlinkat:
	case EYRIE_EVENT_mkdirat:
	case EYRIE_EVENT_statx:
		report_uring_name();
		return;
	case EYRIE_EVENT_renameat2:
	case EYRIE_EVENT_linkat:
	case EYRIE_EVENT_symlinkat:
		report_uring_two_names();
		return;
	case EYRIE_EVENT_close:
		report_uring_close();
		return;
	case EYRIE_EVENT_connect:
		report_uring_connect();
		return;
	case EYRIE_EVENT_accept4:
	case EYRIE_EVENT_socket:
		report_uring_socket();
		return;
	case EYRIE_EVENT_bind:
		report_uring_bind();
		return;
	case EYRIE_EVENT_listen:
	case EYRIE_EVENT_shutdown:
		report_uring_listen();
		return;
	case EYRIE_EVENT_read:
	case EYRIE_EVENT_write:
		report_uring_data();
		return;
	case EYRIE_EVENT_readv:
	case EYRIE_EVENT_writev:
		report_uring_vector();
		return;
	case EYRIE_EVENT_sendto:
	case EYRIE_EVENT_recvfrom:
		report_uring_transfer();
		return;
	case EYRIE_EVENT_sendmsg:
	case EYRIE_EVENT_recvmsg:
		report_uring_message();
		return;
	}
}

static __always_inline int submit(struct io_kiocb *request)
{
	__u32 event = uring_event(request);
	struct uring_report *report;

	if (!event || !passes_filter())
		return 0;
	if (event != EYRIE_EVENT_close && !keep_request(request, event))
		return 0;
	report = this_report();
	if (!report)
		return 0;
	report->request = request;
	report->task = uring_task(request);
	report->result = 0;
	report->fd = kread(request, cqe.fd);
	report->event = event;
	report->is_complete = false;
	make_report(event);
	return 0;
}

static __always_inline int complete(struct io_kiocb *request, int result)
{
	__u64 key = (__u64)request;
	struct uring_request *kept = bpf_map_lookup_elem(&uring_requests, &key);
	struct uring_names *names, *target;
	struct uring_report *report = this_report();
	__u32 zero = 0, event;

	if (!kept || !report)
		return 0;
	if (kept->has_names) {
		names = bpf_map_lookup_elem(&uring_names, &key);
		target = bpf_map_lookup_elem(&uring_scratch, &zero);
		if (names && target)
			bpf_probe_read_kernel(target, sizeof(*target), names);
		bpf_map_delete_elem(&uring_names, &key);
	}
	event = kept->event;
	report->request = request;
	report->task = uring_task(request);
	report->result = result;
	report->fd = kept->fd;
	report->event = event;
	report->is_complete = true;
	bpf_map_delete_elem(&uring_requests, &key);
	make_report(event);
	return 0;
}

/* 6.3 and later; before, under the next name. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_uring_submit, struct io_kiocb *request)
{
	return submit(request);
}

/* 5.19 to 6.2. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(on_uring_submit_sqe, struct io_kiocb *request)
{
	return submit(request);
}

/* The completion is the third argument since 6.14; before, its parts are. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(on_uring_complete, void *ring, struct io_kiocb *request,
	     struct io_uring_cqe *completion)
{
	if (!request)
		return 0;
	return complete(request, kread(completion, res));
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(on_uring_complete_parts, void *ring, struct io_kiocb *request,
	     __u64 user_data, int result)
{
	if (!request)
		return 0;
	return complete(request, result);
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Sockets: connect, accept, bind.
 */
#include "bpf/socket_ends.bpf.h"
#include "bpf/syscall.bpf.h"

#define EINPROGRESS 115

SYSCALL_PROGRAM(connect)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(connect, &call, result);
	struct eyrie_connect_args *args;
	struct socket_ends *ends;
	struct sock *sk;

	if (!s)
		return 0;
	args = args_of(s, connect);
	ends = (struct socket_ends *)&args->local;
	args->res = result;
	args->fd = (int)argument(&call, 0);
	append_given(s, &args->addr, argument(&call, 1),
		     (int)argument(&call, 2));
	sk = socket_of(call.task, args->fd);
	if (sk)
		fill_socket(s, ends, sk);
	if (sk && (result == 0 || result == -EINPROGRESS)) {
		append_local(ENDS_SLOT(connect), sk);
		append_remote(ENDS_SLOT(connect), sk);
	} else {
		/* The socket has forgotten where it should have gone. */
		s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	}
	emit_event(s);
	return 0;
}

/* The queue of the listening socket behind `fd`. */
#define FILL_QUEUE(args, task, fd)                                          \
	do {                                                                \
		struct sock *listener_ = socket_of(task, fd);               \
		if (!listener_)                                             \
			break;                                              \
		(args)->queuelen = kread(listener_, sk_ack_backlog);        \
		(args)->queuemax = kread(listener_, sk_max_ack_backlog);    \
		if ((args)->queuemax)                                       \
			(args)->queuepct =                                  \
				(args)->queuelen * 100 / (args)->queuemax;  \
	} while (0)

/* `ends` is the slot of the record's struct socket_ends. */
static __always_inline void finish_accept(struct eyrie_scratch *s, __u32 ends,
					  const struct call *call, long fd)
{
	struct sock *sk = fd >= 0 ? socket_of(call->task, fd) : NULL;

	if (sk)
		fill_ends(s, ends, sk);
	emit_event(s);
}

SYSCALL_PROGRAM(accept)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(accept, &call, result);
	struct eyrie_accept_args *args;

	if (!s)
		return 0;
	args = args_of(s, accept);
	args->fd = result;
	FILL_QUEUE(args, call.task, (int)argument(&call, 0));
	finish_accept(s, ENDS_SLOT(accept), &call, result);
	return 0;
}

SYSCALL_PROGRAM(accept4)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(accept4, &call, result);
	struct eyrie_accept4_args *args;

	if (!s)
		return 0;
	args = args_of(s, accept4);
	args->fd = result;
	args->flags = (__u32)argument(&call, 3);
	FILL_QUEUE(args, call.task, (int)argument(&call, 0));
	finish_accept(s, ENDS_SLOT(accept4), &call, result);
	return 0;
}

SYSCALL_PROGRAM(bind)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s = begin_call(bind, &call, result);
	struct eyrie_bind_args *args;
	struct socket_ends *ends;
	struct sock *sk;

	if (!s)
		return 0;
	args = args_of(s, bind);
	ends = (struct socket_ends *)&args->local;
	args->res = result;
	args->fd = (int)argument(&call, 0);
	append_given(s, &args->addr, argument(&call, 1),
		     (int)argument(&call, 2));
	sk = socket_of(call.task, args->fd);
	if (sk) {
		fill_socket(s, ends, sk);
		append_local(ENDS_SLOT(bind), sk);
	}
	emit_event(s);
	return 0;
}

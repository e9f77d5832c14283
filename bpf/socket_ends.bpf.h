/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Both ends of a socket as arguments of a record.
 */
#ifndef EYRIE_BPF_SOCKET_ENDS_BPF_H_
#define EYRIE_BPF_SOCKET_ENDS_BPF_H_

#include "bpf/emit.bpf.h"

/* The last arguments of every socket event, in this order. */
struct socket_ends {
	struct eyrie_ref local;
	struct eyrie_ref remote;
	eyrie_u64 protocol;
	eyrie_u64 socket_type;
};

#define ENDS_AS_SOCKET(event)                                                 \
	_Static_assert(__builtin_offsetof(struct eyrie_##event##_args,  \
					  local) +                      \
				       sizeof(struct socket_ends) ==    \
			       sizeof(struct eyrie_##event##_args),     \
		       #event " ends as struct socket_ends")
ENDS_AS_SOCKET(connect);
ENDS_AS_SOCKET(accept);
ENDS_AS_SOCKET(accept4);
ENDS_AS_SOCKET(bind);

static __always_inline void fill_socket(struct eyrie_scratch *s,
					struct socket_ends *ends,
					struct sock *sk)
{
	ends->protocol = kread(sk, sk_protocol);
	ends->socket_type = kread(sk, sk_type);
}

static __always_inline void append_local(struct eyrie_scratch *s,
					 struct socket_ends *ends,
					 struct sock *sk)
{
	struct socket_end end = {};

	local_end(&end, sk);
	append_address(s, &ends->local, &end);
}

static __always_inline void append_remote(struct eyrie_scratch *s,
					  struct socket_ends *ends,
					  struct sock *sk)
{
	struct socket_end end = {};

	remote_end(&end, sk);
	append_address(s, &ends->remote, &end);
}

static __always_inline void fill_ends(struct eyrie_scratch *s,
				      struct socket_ends *ends,
				      struct sock *sk)
{
	fill_socket(s, ends, sk);
	append_local(s, ends, sk);
	append_remote(s, ends, sk);
}

#endif /* EYRIE_BPF_SOCKET_ENDS_BPF_H_ */

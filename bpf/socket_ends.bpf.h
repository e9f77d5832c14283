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

/* Appends one end of the socket at `address` to the hook's record. */
standalone int append_end(__u32 slot, __u64 address, int is_remote)
{
	struct sock *sk = (struct sock *)address;
	struct eyrie_scratch *s = hook_scratch();
	struct socket_end end = {};

	if (!s)
		return 0;
	if (is_remote)
		remote_end(&end, sk);
	else
		local_end(&end, sk);
	append_address(s, slot_of(s, slot), &end);
	return 0;
}

/* Index among an event's slots of its struct socket_ends. */
#define ENDS_SLOT(event) SLOT(event, local)

#define END_SLOT(end) (__builtin_offsetof(struct socket_ends, end) / 8)

/* One end, both ends of the hook's record, whose struct socket_ends begins at
 * `slot`. */
static __always_inline void append_local(__u32 slot, struct sock *sk)
{
	append_end(slot + END_SLOT(local), as_number(sk), false);
}

static __always_inline void append_remote(__u32 slot, struct sock *sk)
{
	append_end(slot + END_SLOT(remote), as_number(sk), true);
}

static __always_inline void fill_ends(struct eyrie_scratch *s, __u32 slot,
				      struct sock *sk)
{
	fill_socket(s, (struct socket_ends *)slot_of(s, slot), sk);
	append_local(slot, sk);
	append_remote(slot, sk);
}

#endif /* EYRIE_BPF_SOCKET_ENDS_BPF_H_ */

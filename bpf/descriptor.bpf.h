/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What a descriptor is: a file, a socket, something else.
 */
#ifndef EYRIE_BPF_DESCRIPTOR_BPF_H_
#define EYRIE_BPF_DESCRIPTOR_BPF_H_

#include "bpf/socket_ends.bpf.h"

/* Kernel constants. */
#define TCP_ESTABLISHED 1
#define TCP_LISTEN 10
#define IPPROTO_TCP 6
#define IPPROTO_MPTCP 262
#define SOCK_BINDPORT_LOCK 8

/* EYRIE_DESCRIPTOR_ARGS of events.def. */
struct descriptor {
	struct eyrie_ref path;
	eyrie_u64 kind;
	eyrie_u64 dev;
	eyrie_u64 ino;
	eyrie_u64 flags;
	struct socket_ends ends;
};

#define DESCRIPTOR_SLOTS (sizeof(struct descriptor) / 8)

_Static_assert(__builtin_offsetof(struct eyrie_read_args, fd_path) +
			       sizeof(struct descriptor) ==
		       sizeof(struct eyrie_read_args),
	       "events end as struct descriptor");

/* A device number as stat(2) shows it. */
static __always_inline __u64 stat_device(__u32 device)
{
	__u32 major = device >> 20, minor = device & 0xfffff;

	return (minor & 0xff) | (major << 8) | ((__u64)(minor & ~0xffu) << 12);
}

static __always_inline bool is_port_bound(struct sock *sk)
{
	return BPF_CORE_READ_BITFIELD_PROBED(sk, sk_userlocks) &
	       SOCK_BINDPORT_LOCK;
}

/* Whether the socket has a remote end. */
static __always_inline bool has_remote(struct sock *sk)
{
	__u16 family = kread(sk, __sk_common.skc_family);

	if (family == AF_UNIX)
		return kread((struct unix_sock *)sk, peer) != NULL;
	if (family != AF_INET && family != AF_INET6)
		return false;
	/* The ports of raw sockets mean nothing. */
	if (kread(sk, sk_type) == SOCK_RAW)
		return kread(sk, __sk_common.skc_state) == TCP_ESTABLISHED;
	return kread(sk, __sk_common.skc_dport) != 0;
}

/* Who asked for a connection: clients seldom give themselves a name, and what
 * accept() returns has the name of the listening socket. Not known if both ends
 * have a name, or none has, as of socketpair(). */
static __always_inline __u64 unix_role(struct sock *sk)
{
	struct unix_sock *peer = (struct unix_sock *)kread(
		(struct unix_sock *)sk, peer);
	bool has_name = kread((struct unix_sock *)sk, addr) != NULL;

	if (!peer || kread(sk, sk_type) == SOCK_DGRAM ||
	    has_name == (kread(peer, addr) != NULL))
		return 0;
	return has_name ? EYRIE_SOCKET_SERVER : EYRIE_SOCKET_CLIENT;
}

/* The TCP socket of a stream: the socket itself, or the first that carries an
 * MPTCP one. Null for other protocols. */
static __always_inline struct sock *tcp_socket(struct sock *sk)
{
	__u16 protocol = kread(sk, sk_protocol);

	if (protocol == IPPROTO_TCP)
		return sk;
	if (protocol == IPPROTO_MPTCP &&
	    bpf_core_field_exists(struct mptcp_sock, first))
		return kread((struct mptcp_sock *)sk, first);
	return NULL;
}

/* Who asked for the connection of a TCP socket. The kernel does not keep that,
 * but a socket that a packet has made, and not a call of socket(), has the
 * interface of that packet as its interface for multicast. No call can set it on
 * a stream. */
static __always_inline __u64 tcp_role(struct sock *sk)
{
	struct inet_sock *inet = (struct inet_sock *)sk;
	int interface;

	if (kread(sk, __sk_common.skc_family) == AF_INET)
		interface = kread(inet, mc_index);
	else
		interface = kread(kread(inet, pinet6), mcast_oif);
	return interface ? EYRIE_SOCKET_SERVER : EYRIE_SOCKET_CLIENT;
}

/* The role of a socket of the Internet. Datagram sockets have none: who has
 * chosen his port serves. */
static __always_inline __u64 internet_role(struct sock *sk, bool has_peer)
{
	__u16 type = kread(sk, sk_type);

	if (type == SOCK_STREAM) {
		sk = has_peer ? tcp_socket(sk) : NULL;
		return sk ? tcp_role(sk) : 0;
	}
	if (type != SOCK_DGRAM)
		return 0;
	if (is_port_bound(sk))
		return EYRIE_SOCKET_SERVER;
	return has_peer ? EYRIE_SOCKET_CLIENT : 0;
}

/* EYRIE_SOCKET_* of a socket. */
static __always_inline __u64 socket_flags(struct sock *sk, bool has_peer)
{
	__u64 flags = has_peer ? EYRIE_SOCKET_CONNECTED : 0;
	__u16 family = kread(sk, __sk_common.skc_family);

	if (kread(sk, __sk_common.skc_state) == TCP_LISTEN)
		return flags | EYRIE_SOCKET_SERVER | EYRIE_SOCKET_LISTENING;
	if (family == AF_UNIX)
		return flags | unix_role(sk);
	if (family == AF_INET || family == AF_INET6)
		return flags | internet_role(sk, has_peer);
	return flags;
}

static __always_inline void describe_socket(struct eyrie_scratch *s,
					    __u32 slot, struct sock *sk)
{
	struct descriptor *descriptor =
		(struct descriptor *)&s->slots[slot];
	bool has_peer = has_remote(sk);

	descriptor->flags |= socket_flags(sk, has_peer);
	fill_socket(s, &descriptor->ends, sk);
	slot += __builtin_offsetof(struct descriptor, ends) / 8;
	append_local(slot, sk);
	if (has_peer)
		append_remote(slot, sk);
}

/* Fills the descriptor's arguments of the hook's record, which begin at `slot`:
 * of the file at `address`, which the task at `owner` sees. */
standalone int describe_file(__u32 slot, __u64 owner, __u64 address)
{
	struct file *file = (struct file *)address;
	struct eyrie_scratch *s = hook_scratch();
	struct descriptor *descriptor;
	struct dentry *dentry;
	struct inode *inode;

	if (!s || !file || slot > EYRIE_MAX_SLOTS - DESCRIPTOR_SLOTS)
		return 0;
	descriptor = (struct descriptor *)&s->slots[slot];
	inode = kread(file, f_inode);
	dentry = kread(file, f_path.dentry);
	descriptor->kind = file_kind(inode);
	descriptor->dev = stat_device(kread(kread(inode, i_sb), s_dev));
	descriptor->ino = kread(inode, i_ino);
	descriptor->flags = overlay_layer(inode);
	if (descriptor->kind == S_IFSOCK) {
		struct socket *socket =
			(struct socket *)kread(file, private_data);

		describe_socket(s, slot, kread(socket, sk));
		return 0;
	}
	if (is_deleted(dentry, inode))
		descriptor->flags |= EYRIE_FILE_DELETED;
	append_open_file(slot + __builtin_offsetof(struct descriptor, path) / 8,
			 owner, address);
	return 0;
}

#endif /* EYRIE_BPF_DESCRIPTOR_BPF_H_ */

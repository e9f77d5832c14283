/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What a descriptor is: a file, a socket, something else.
 */
#ifndef EYRIE_BPF_DESCRIPTOR_BPF_H_
#define EYRIE_BPF_DESCRIPTOR_BPF_H_

#include "bpf/socket_ends.bpf.h"

/* Kernel constants. */
#define TCP_LISTEN 10
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

/* EYRIE_SOCKET_* of a socket. The kernel does not keep who asked for a
 * connection, but what accept() returns is a copy of the listening socket and
 * keeps its backlog, which no other socket has. Datagram sockets have no roles:
 * who has chosen his port serves. */
static __always_inline __u64 socket_flags(struct sock *sk, bool has_peer)
{
	__u64 flags = has_peer ? EYRIE_SOCKET_CONNECTED : 0;

	if (kread(sk, __sk_common.skc_state) == TCP_LISTEN)
		return flags | EYRIE_SOCKET_SERVER | EYRIE_SOCKET_LISTENING;
	if (kread(sk, sk_type) == SOCK_STREAM) {
		if (!has_peer)
			return flags;
		return flags | (kread(sk, sk_max_ack_backlog) ?
					EYRIE_SOCKET_SERVER :
					EYRIE_SOCKET_CLIENT);
	}
	if (kread(sk, __sk_common.skc_family) == AF_UNIX)
		return flags;
	if (is_port_bound(sk))
		return flags | EYRIE_SOCKET_SERVER;
	return has_peer ? flags | EYRIE_SOCKET_CLIENT : flags;
}

/* Whether the socket has a remote end. */
static __always_inline bool has_remote(struct sock *sk)
{
	if (kread(sk, __sk_common.skc_family) == AF_UNIX)
		return kread((struct unix_sock *)sk, peer) != NULL;
	return kread(sk, __sk_common.skc_dport) != 0;
}

static __always_inline void describe_socket(struct eyrie_scratch *s,
					    struct descriptor *descriptor,
					    struct sock *sk)
{
	bool has_peer = has_remote(sk);

	descriptor->flags |= socket_flags(sk, has_peer);
	fill_socket(s, &descriptor->ends, sk);
	append_local(s, &descriptor->ends, sk);
	if (has_peer)
		append_remote(s, &descriptor->ends, sk);
}

/* Fills the descriptor's arguments of the record, which begin at `slot`. */
subprogram int describe_file(struct eyrie_scratch *s, __u32 slot,
			     struct task_struct *task, struct file *file)
{
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

		describe_socket(s, descriptor, kread(socket, sk));
		return 0;
	}
	if (is_deleted(dentry, inode))
		descriptor->flags |= EYRIE_FILE_DELETED;
	append_file_path(s, &descriptor->path, task, file);
	return 0;
}

#endif /* EYRIE_BPF_DESCRIPTOR_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The two ends of a socket.
 */
#ifndef EYRIE_BPF_SOCKET_BPF_H_
#define EYRIE_BPF_SOCKET_BPF_H_

#include "bpf/maps.bpf.h"
#include "bpf/path.bpf.h"
#include "bpf/task.bpf.h"

#include <bpf/bpf_endian.h>

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
/* sizeof(struct sockaddr_storage): the kernel takes no longer address. */
#define MAX_SOCKADDR 128
#define UNIX_PATH_OFFSET 2

/* An address; a path, if any, still lies in kernel memory. */
struct socket_end {
	struct eyrie_sockaddr address;
	__u64 path;
	__u32 path_length;
	__u32 present;
};

/* An address as user space gives it; all families in one. */
struct given_address {
	__u16 family;
	__u16 port; /* big-endian; starts the path of AF_UNIX */
	__u32 ipv4; /* flow label of AF_INET6 */
	__u8 ipv6[16];
	__u32 scope_id;
};

/* The socket behind a descriptor of `task`, or null if it is none. */
static __always_inline struct sock *socket_of(struct task_struct *task, int fd)
{
	struct file *file = file_of(task, fd);

	if (!file || (kread(kread(file, f_inode), i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	return kread((struct socket *)kread(file, private_data), sk);
}

static __always_inline bool is_mapped_ipv4(const __u8 *address)
{
	const __u32 *words = (const __u32 *)address;

	return !words[0] && !words[1] && words[2] == bpf_htonl(0xffff);
}

/* ::ffff:1.2.3.4 is what an IPv6 socket calls 1.2.3.4: one peer, one name. */
static __always_inline void unmap_ipv4(struct eyrie_sockaddr *address)
{
	__u32 *words = (__u32 *)address->address;

	if (!is_mapped_ipv4(address->address))
		return;
	address->family = AF_INET;
	words[0] = words[3];
	words[2] = 0;
	words[3] = 0;
}

/* Path of a UNIX socket: the bytes of `at`, a kernel address. `length` includes
 * a terminating NUL, or counts every byte of an abstract name. */
static __always_inline void unix_path(struct socket_end *end, __u64 at,
				      int length)
{
	char first = 0, last = 0;

	if (length <= 0 || length > (int)sizeof(((struct sockaddr_un *)0)->sun_path))
		return;
	bpf_probe_read_kernel(&first, 1, (const void *)at);
	bpf_probe_read_kernel(&last, 1, (const void *)(at + length - 1));
	if (first && !last)
		length--;
	end->path = at;
	end->path_length = length;
}

static __always_inline void unix_end(struct socket_end *end, struct sock *sk)
{
	struct unix_address *address = kread((struct unix_sock *)sk, addr);

	end->present = 1;
	end->address.family = AF_UNIX;
	if (!address)
		return;
	unix_path(end,
		  kaddress(address, struct unix_address, name) +
			  UNIX_PATH_OFFSET,
		  kread(address, len) - UNIX_PATH_OFFSET);
}

/* 0 for a raw socket, which keeps its protocol there. */
static __always_inline __u16 local_port(struct sock *sk)
{
	return kread(sk, sk_type) == SOCK_RAW ?
		       0 :
		       kread(sk, __sk_common.skc_num);
}

subprogram int local_end(struct socket_end *end, struct sock *sk)
{
	__u16 family = kread(sk, __sk_common.skc_family);

	if (!end)
		return 0;
	end->present = 1;
	end->address.family = family;
	if (family == AF_INET) {
		*(__u32 *)end->address.address =
			kread(sk, __sk_common.skc_rcv_saddr);
		end->address.port = local_port(sk);
	} else if (family == AF_INET6) {
		bpf_core_read(end->address.address, 16,
			      &sk->__sk_common.skc_v6_rcv_saddr);
		end->address.port = local_port(sk);
		unmap_ipv4(&end->address);
	} else if (family == AF_UNIX) {
		unix_end(end, sk);
	}
	return 0;
}

subprogram int remote_end(struct socket_end *end, struct sock *sk)
{
	__u16 family = kread(sk, __sk_common.skc_family);
	struct sock *peer;

	if (!end)
		return 0;
	end->present = 1;
	end->address.family = family;
	if (family == AF_INET) {
		*(__u32 *)end->address.address =
			kread(sk, __sk_common.skc_daddr);
		end->address.port =
			bpf_ntohs(kread(sk, __sk_common.skc_dport));
	} else if (family == AF_INET6) {
		bpf_core_read(end->address.address, 16,
			      &sk->__sk_common.skc_v6_daddr);
		end->address.port =
			bpf_ntohs(kread(sk, __sk_common.skc_dport));
		unmap_ipv4(&end->address);
	} else if (family == AF_UNIX) {
		peer = kread((struct unix_sock *)sk, peer);
		if (peer)
			unix_end(end, peer);
	}
	return 0;
}

/* The address of `length` bytes, at least 2, in walk->text; a path stays there. */
static __always_inline void parse_end(struct socket_end *end,
				      struct eyrie_walk *walk, int length)
{
	struct given_address *given = (struct given_address *)walk->text;

	end->present = 1;
	end->address.family = given->family;
	if (given->family == AF_INET) {
		end->address.port = bpf_ntohs(given->port);
		*(__u32 *)end->address.address = given->ipv4;
	} else if (given->family == AF_INET6) {
		end->address.port = bpf_ntohs(given->port);
		__builtin_memcpy(end->address.address, given->ipv6, 16);
		end->address.scope_id = given->scope_id;
	} else if (given->family == AF_UNIX) {
		/* A path ends at its first NUL, wherever the address ends. */
		length -= UNIX_PATH_OFFSET;
		if (walk->text[UNIX_PATH_OFFSET])
			length = bpf_probe_read_kernel_str(
				walk->name, sizeof(walk->name),
				&walk->text[UNIX_PATH_OFFSET]);
		unix_path(end, (__u64)&walk->text[UNIX_PATH_OFFSET], length);
	}
}

/* An address in user memory; a path is left in walk->text. False if it cannot
 * be read. */
static __always_inline bool given_end(struct socket_end *end,
				      struct eyrie_walk *walk, __u64 from,
				      int length)
{
	if (length < (int)sizeof(__u16) || length > MAX_SOCKADDR)
		return true; /* none was given */
	__builtin_memset(walk->text, 0, MAX_SOCKADDR);
	length &= 255;
	if (bpf_probe_read_user(walk->text, length, (const void *)from))
		return false;
	parse_end(end, walk, length);
	return true;
}

#endif /* EYRIE_BPF_SOCKET_BPF_H_ */

/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Layout of the event record, from the kernel to the rule engine.
 *
 * The one header that BPF programs and C++ share. A record is a header, one
 * 8-byte slot per argument in the order of proto/events.def, and a tail of
 * bytes that slots of variable length point into. All integers are
 * little-endian; size and every offset are multiples of 8, so padding cannot
 * exist. Read records through proto/record_view.h, which checks them first.
 */
#ifndef EYRIE_PROTO_RECORD_H_
#define EYRIE_PROTO_RECORD_H_

#ifdef __bpf__
#include <linux/types.h>
typedef __u8 eyrie_u8;
typedef __u16 eyrie_u16;
typedef __u32 eyrie_u32;
typedef __u64 eyrie_u64;
typedef __s64 eyrie_s64;
#define EYRIE_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#else
#include <stddef.h>
#include <stdint.h>
typedef uint8_t eyrie_u8;
typedef uint16_t eyrie_u16;
typedef uint32_t eyrie_u32;
typedef uint64_t eyrie_u64;
typedef int64_t eyrie_s64;
#ifdef __cplusplus
#define EYRIE_STATIC_ASSERT(cond, text) static_assert(cond, text)
#else
#define EYRIE_STATIC_ASSERT(cond, text) _Static_assert(cond, text)
#endif
#endif

/* Longest record, bytes. Four paths of 4 KiB do not fit: the longest are cut
 * and flagged. Exec with 8 KiB of arguments and 4 KiB of environment does. */
#define EYRIE_MAX_RECORD_SIZE 20480
/* Longest path, bytes, without a terminating NUL (PATH_MAX is 4096 with it). */
#define EYRIE_MAX_PATH 4095
/* Most arguments an event can have. */
#define EYRIE_MAX_SLOTS 64

/* Bits of eyrie_record.flags. */
enum eyrie_record_flag {
	EYRIE_RECORD_TRUNCATED = 1 << 0,   /* some string or list was cut */
	EYRIE_RECORD_UNVERIFIED = 1 << 1,  /* a path is the user's word only */
	EYRIE_RECORD_FAULTED = 1 << 2,     /* user memory could not be read */
	EYRIE_RECORD_COMPAT32 = 1 << 3,    /* made by a 32-bit system call */
	EYRIE_RECORD_IO_URING = 1 << 4,    /* made through io_uring */
	EYRIE_RECORD_HAS_RESULT = 1 << 5,  /* `result` has a meaning */
	EYRIE_RECORD_SNAPSHOT = 1 << 6,    /* from an iterator, not a hook */
	EYRIE_RECORD_CHANGED = 1 << 7,     /* a path changed during the call */
};

/* Bits of the EXEC_FLAGS slot; the reference's values. */
enum eyrie_exec_flag {
	EYRIE_EXEC_WRITABLE = 1 << 0,
	EYRIE_EXEC_UPPER_LAYER = 1 << 1,
	EYRIE_EXEC_FROM_MEMFD = 1 << 2,
	EYRIE_EXEC_LOWER_LAYER = 1 << 3,
};

/* Bits of the slots `file_flags` (open family) and `fd_flags`. */
enum eyrie_file_flag {
	EYRIE_FILE_UPPER_LAYER = 1 << 0,
	EYRIE_FILE_LOWER_LAYER = 1 << 1,
	EYRIE_FILE_CREATED = 1 << 2, /* this open made the file */
	EYRIE_FILE_DELETED = 1 << 3, /* no name leads to it any more */
	/* Of sockets. Neither of the next two: the role is not known. */
	EYRIE_SOCKET_CLIENT = 1 << 4, /* the local end asked for the connection */
	EYRIE_SOCKET_SERVER = 1 << 5, /* the local end was asked, or listens */
	EYRIE_SOCKET_CONNECTED = 1 << 6, /* has a remote end */
	EYRIE_SOCKET_LISTENING = 1 << 7,
};

/* Names an image: exec changes exec_id, fork changes pid and start time. */
struct eyrie_process_key {
	eyrie_u32 pid;           /* thread group id, initial pid namespace */
	eyrie_u32 exec_id;       /* low half of task->self_exec_id */
	eyrie_u64 start_time_ns; /* group leader's, ns since boot */
};

/* Variable data in the tail: bytes [offset, offset + length) of the record.
 * {0, 0} is "no value"; {offset, 0} is an empty value. */
struct eyrie_ref {
	eyrie_u32 offset;
	eyrie_u32 length;
};

/* An address in the tail. Length 24; for AF_UNIX 24 plus the path, which has a
 * leading NUL if it is abstract and no terminating one. */
struct eyrie_sockaddr {
	eyrie_u16 family; /* AF_* */
	eyrie_u16 port;   /* host byte order */
	eyrie_u32 scope_id;
	eyrie_u8 address[16]; /* network byte order; AF_INET uses the first 4 */
};

struct eyrie_record {
	eyrie_u32 size;  /* bytes of the whole record, multiple of 8 */
	eyrie_u16 type;  /* event id of events.def */
	eyrie_u16 slots; /* arguments that follow the header */
	eyrie_u32 flags; /* EYRIE_RECORD_* */
	eyrie_u32 cpu;
	eyrie_u64 time_ns;  /* since boot, suspend included */
	eyrie_u64 sequence; /* per CPU and ring, from 1; a hole is a loss */
	struct eyrie_process_key process;
	eyrie_u32 tid;
	eyrie_u32 ppid; /* process id of the parent */
	eyrie_u32 uid;  /* real */
	eyrie_u32 gid;  /* real */
	eyrie_u32 euid;
	eyrie_u32 egid;
	eyrie_u32 loginuid; /* 0xffffffff if unset */
	eyrie_u32 pid_ns;   /* namespaces by inode number */
	eyrie_u32 mnt_ns;
	eyrie_u32 net_ns;
	char comm[16]; /* of the acting thread, NUL-padded */
	eyrie_s64 result;
	eyrie_u64 cgroup_id;
};

/* ---- how each argument type sits in its slot: EYRIE_SLOT_NEW_FD --------- */
#define TYPE(NAME, enumerator, slot) typedef slot EYRIE_SLOT_##NAME;
#include "proto/argument_types.def"

/* EYRIE_EVENT_openat = 21, ... */
enum eyrie_event {
	EYRIE_EVENT_NONE = 0,
#define EVENT(id, name, category) EYRIE_EVENT_##name = id,
#include "proto/events.def"
	EYRIE_EVENT_LIMIT = 4096,
};

/* struct eyrie_openat_args { eyrie_s64 fd; eyrie_s64 dirfd; ... }; */
struct eyrie_no_args {
	eyrie_u64 unused;
#define EVENT(id, name, category) \
	};                        \
	struct eyrie_##name##_args {
#define ARG(event, TYPE, field, argument, doc) EYRIE_SLOT_##TYPE field;
#include "proto/events.def"
};

/* Number of arguments: EYRIE_SLOTS(openat). */
#define EYRIE_SLOTS(event) (sizeof(struct eyrie_##event##_args) / 8)

EYRIE_STATIC_ASSERT(sizeof(struct eyrie_record) == 120, "header layout");
EYRIE_STATIC_ASSERT(__builtin_offsetof(struct eyrie_record, process) == 32,
		    "header layout");
EYRIE_STATIC_ASSERT(__builtin_offsetof(struct eyrie_record, comm) == 88,
		    "header layout");
EYRIE_STATIC_ASSERT(__builtin_offsetof(struct eyrie_record, cgroup_id) == 112,
		    "header layout");
EYRIE_STATIC_ASSERT(sizeof(struct eyrie_sockaddr) == 24, "address layout");
#define ARG(event, TYPE, field, argument, doc)                            \
	EYRIE_STATIC_ASSERT(                                              \
		__builtin_offsetof(struct eyrie_##event##_args, field) %  \
				8 == 0 &&                                 \
			sizeof(EYRIE_SLOT_##TYPE) == 8,                   \
		#event "." #field " takes one slot");
#include "proto/events.def"

#endif /* EYRIE_PROTO_RECORD_H_ */

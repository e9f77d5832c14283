/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What user space tells the sensor, and what the sensor counts for it.
 */
#ifndef EYRIE_BPF_CONTROL_H_
#define EYRIE_BPF_CONTROL_H_

#include "proto/record.h"

/* Highest event id the sensor knows, plus one. */
#define EYRIE_COUNTED_EVENTS 1024
/* Ids from here on are the system calls that have no event of their own. */
#define EYRIE_FIRST_OTHER_CALL 512

/* Longest argument vector and environment in an exec record, bytes. Together
 * with four usual paths they fit EYRIE_MAX_RECORD_SIZE. */
#define EYRIE_MAX_ARGS_BYTES 8192
#define EYRIE_MAX_ENV_BYTES 4096

/* Most bytes of data that a record can carry of one call, and what it carries
 * where nobody says otherwise: as much as the reference. */
#define EYRIE_MAX_DATA_BYTES 4095
#define EYRIE_DEFAULT_DATA_BYTES 80
/* Most parts of a vector (readv, sendmsg) that are read. */
#define EYRIE_MAX_PARTS 4
/* Most messages of one call (sendmmsg, recvmmsg) that are reported. */
#define EYRIE_MAX_MESSAGES 16
/* Most descriptors of a poll that are read. */
#define EYRIE_MAX_POLLED 16

/* Opcodes of io_uring that the sensor knows: all up to 6.18 and some more. */
#define EYRIE_URING_OPCODES 64

/* Most components of a path: longer ones lose their beginning and are flagged
 * EYRIE_RECORD_TRUNCATED. */
#define EYRIE_MAX_COMPONENTS 256

/* Fixed before the programs are loaded (read-only data): the verifier removes
 * what these switch off. */
struct eyrie_settings {
	/* log2 of the page size. */
	eyrie_u8 page_shift;
	/* sched_process_exit says whether the whole process ends (6.16). */
	eyrie_u8 exit_tells_group;
	eyrie_u8 unused[6];
};

/* Changed at run time. */
struct eyrie_config {
	/* System calls of this process are not reported; 0: of none. */
	eyrie_u32 ignored_pid;
	/* Most bytes of the data that a call moves, at most
	 * EYRIE_MAX_DATA_BYTES. */
	eyrie_u32 data_bytes;
	/* Read paths when a call begins, too, and compare. */
	eyrie_u32 check_paths;
	eyrie_u32 unused;
};

/* The events that have a program of their own, which is named after them.
 * All others go by plans.def. */
#define EYRIE_PROGRAM_EVENTS(X)                                         \
	X(execve) X(execveat) X(chdir) X(fchdir) X(open) X(openat)      \
	X(openat2) X(creat) X(connect) X(accept) X(accept4) X(bind)

/* Slots of the tail call map. */
enum eyrie_program {
	EYRIE_PROGRAM_PLANNED = 0,
#define X(event) EYRIE_PROGRAM_##event,
	EYRIE_PROGRAM_EVENTS(X)
#undef X
	EYRIE_PROGRAM_COUNT,
};

/* Rows of the tables from system call numbers to event ids. */
enum eyrie_abi {
	EYRIE_ABI_NATIVE = 0,
	EYRIE_ABI_COMPAT32 = 1,
	/* Numbers are those of the 32-bit socketcall(). */
	EYRIE_ABI_SOCKETCALL = 2,
	EYRIE_ABI_COUNT,
};

/* System call numbers per row; a power of two. */
#define EYRIE_SYSCALL_NUMBERS 512

/* In a row EYRIE_ABI_COMPAT32 only, in place of an event id: which event it is
 * depends on the first argument, by EYRIE_ABI_SOCKETCALL. */
#define EYRIE_SOCKETCALL_EVENTS 0xffff

/* Why a record was not delivered. */
enum eyrie_drop_reason {
	EYRIE_DROP_LIFECYCLE_RING_FULL = 0,
	EYRIE_DROP_EVENT_RING_FULL = 1,
	/* This CPU was already writing a record. */
	EYRIE_DROP_SCRATCH_BUSY = 2,
	EYRIE_DROP_REASONS,
};

#define EVENT(id, name, category)                       \
	EYRIE_STATIC_ASSERT(id < EYRIE_COUNTED_EVENTS, \
			    #name " has a loss counter");
#include "proto/events.def"

#endif /* EYRIE_BPF_CONTROL_H_ */

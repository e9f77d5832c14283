/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What user space tells the sensor, and what the sensor counts for it.
 */
#ifndef EYRIE_BPF_CONTROL_H_
#define EYRIE_BPF_CONTROL_H_

#include "proto/record.h"

/* Highest event id the sensor counts separately, plus one. */
#define EYRIE_COUNTED_EVENTS 128

/* Longest argument vector and environment in an exec record, bytes. Together
 * with four usual paths they fit EYRIE_MAX_RECORD_SIZE. */
#define EYRIE_MAX_ARGS_BYTES 8192
#define EYRIE_MAX_ENV_BYTES 4096

/* Most components of a path: longer ones lose their beginning and are flagged
 * EYRIE_RECORD_TRUNCATED. */
#define EYRIE_MAX_COMPONENTS 256

/* Fixed before the programs are loaded (read-only data): the verifier removes
 * what these switch off. */
struct eyrie_settings {
	/* bpf_rdonly_cast exists (6.2): load kernel memory directly. */
	eyrie_u8 direct_loads;
	/* log2 of the page size. */
	eyrie_u8 page_shift;
	eyrie_u8 unused[6];
};

/* Changed at run time. */
struct eyrie_config {
	/* System calls of this process are not reported; 0: of none. */
	eyrie_u32 ignored_pid;
	eyrie_u32 unused;
};

/* The system calls that have a program, which is named after the event. */
#define EYRIE_SYSCALL_EVENTS(X)                                          \
	X(execve) X(execveat) X(chdir) X(fchdir) X(open) X(openat)       \
	X(openat2) X(creat) X(unlink) X(unlinkat) X(rename) X(renameat)  \
	X(renameat2) X(connect) X(accept) X(accept4) X(bind) X(setuid)   \
	X(setreuid) X(setresuid)

/* Slots of the tail call map. */
enum eyrie_program {
	EYRIE_PROGRAM_NONE = 0,
#define X(event) EYRIE_PROGRAM_##event,
	EYRIE_SYSCALL_EVENTS(X)
#undef X
	EYRIE_PROGRAM_COUNT,
	/* In EYRIE_ABI_COMPAT32 only: the program depends on the first argument,
	 * by EYRIE_ABI_SOCKETCALL. */
	EYRIE_PROGRAM_SOCKETCALL = 255,
};

/* Rows of the table from system call numbers to programs. */
enum eyrie_abi {
	EYRIE_ABI_NATIVE = 0,
	EYRIE_ABI_COMPAT32 = 1,
	/* Numbers are those of the 32-bit socketcall(). */
	EYRIE_ABI_SOCKETCALL = 2,
	EYRIE_ABI_COUNT,
};

/* System call numbers per row; a power of two. */
#define EYRIE_SYSCALL_NUMBERS 512

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

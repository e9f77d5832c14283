/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * plans.def as a table.
 */
#ifndef EYRIE_BPF_PLAN_BPF_H_
#define EYRIE_BPF_PLAN_BPF_H_

#include "bpf/read.bpf.h"

/* How one slot is filled. `a` and `b` are argument numbers of the system call
 * where nothing else is said. */
enum eyrie_fill_op {
	/* ---- numbers */
	FILL_RESULT,	 /* the result */
	FILL_INT,	 /* argument a, 32 bits, signed */
	FILL_UINT,	 /* argument a, 32 bits */
	FILL_LONG,	 /* argument a as wide as the caller's registers */
	FILL_ID,	 /* argument a, a user or group; 16 bits in old calls */
	FILL_OFFSET,	 /* argument a, 64 bits: two arguments of 32-bit callers,
			  * one signed long in old calls; b: given as two longs
			  * by every caller's libc */
	FILL_TWO_HALVES, /* argument a is the low half, b the high one */
	FILL_LOW_BITS,	 /* the lowest b bits of argument a */
	FILL_HIGH_BITS,	 /* argument a with zeros as its lowest b bits */
	FILL_SHIFTED,	 /* argument a without its lowest b bits */
	/* ---- numbers in user memory: at argument a, plus b bytes. What cannot
	 * be read is -1 if signed, else 0. */
	FILL_AT_S16,
	FILL_AT_U16,
	FILL_AT_S32,
	FILL_AT_U32,
	FILL_AT_S64,
	FILL_AT_U64,
	FILL_AT_LONG,  /* the b-th long at argument a; all ones is -1 */
	FILL_AT_ID,    /* a user or group; 16 bits in old calls. What cannot be
			* read is nobody, 0xffffffff. */
	FILL_AT_OFFSET, /* 64 bits at argument a; one long in old calls */
	FILL_TIMESPEC, /* ns of the struct timespec at argument a */
	FILL_TIMEVAL,  /* ns of the struct timeval at argument a */
	FILL_NEW_FD_AT, /* the new descriptor there; -1 if the call failed */
	FILL_INODE_AT,	/* its inode; 0 if the call failed */
	/* ---- text */
	FILL_STRING, /* the string at argument a */
	FILL_PATH,   /* the same; a path, so the record is UNVERIFIED */
	FILL_BASE,   /* where the path in slot b starts if it is relative: the
		      * directory of argument a, or FROM_CWD */
	/* ---- bytes at argument a */
	FILL_BYTES,	      /* as many as argument b says */
	FILL_BYTES_RESULT,    /* as many as the result says, at most argument b:
			       * MSG_TRUNC makes it more than was moved */
	FILL_BYTES_AT_LENGTH, /* as many as the int at argument b says, if the
			       * call did not fail */
	FILL_POLLED,	      /* argument b structs pollfd */
	/* ---- vectors: argument b parts at argument a */
	FILL_VECTOR,
	FILL_VECTOR_RESULT, /* as many bytes as the result says */
	FILL_VECTOR_SIZE,   /* bytes of the first EYRIE_MAX_PARTS parts */
	/* ---- messages: the struct msghdr at argument a */
	FILL_MESSAGE,
	FILL_MESSAGE_RESULT, /* as many bytes as were moved */
	FILL_MESSAGE_SIZE,
	FILL_MESSAGE_ADDRESS, /* as given */
	FILL_MESSAGE_SENDER,  /* as the kernel gave it, if the call did not fail */
	FILL_MESSAGE_CONTROL, /* the same of control messages */
	FILL_MESSAGE_NUMBER, /* which one, of a call that moves several */
	/* ---- addresses: at argument a, length in argument b */
	FILL_ADDRESS,
	FILL_ADDRESS_AT_LENGTH, /* length in the int at argument b, if the call
				 * did not fail */
	/* ---- what the kernel holds */
	FILL_DESCRIPTOR,     /* DESCRIPTOR_SLOTS slots, of descriptor a */
	FILL_NEW_DESCRIPTOR, /* the same, of the result */
	FILL_CWD,
	FILL_ROOT,
	FILL_OPENED,	   /* path, dev, ino, kind, file_flags of the result */
	FILL_MEMORY,	   /* vm_size, vm_rss, vm_swap */
	FILL_CAPABILITIES, /* inheritable, permitted, effective */
};

#define FROM_CWD 255

/* Most lines of one plan. */
#define MOST_LINES 24

/* when_argument of lines without a condition, and of those that look at the
 * command of quotactl(), which begins at bit 8 of argument 0 with 0x800000. */
#define ALWAYS 255
#define QUOTA_COMMAND 254
/* when_argument of lines about what the call writes. */
#define IF_DONE 253

struct eyrie_fill {
	__u16 event;
	__u8 slot;
	__u8 op; /* enum eyrie_fill_op */
	__u8 a;
	__u8 b;
	__u8 when_argument;
	__u8 unused;
	/* Bit N: fill if the argument is N; bit 63: if it is more than 62. */
	__u64 when_values;
};

/* FIRST_FILL_x is the index of the first line of event x in `fills`. */
enum {
#define PLAN(event) \
	FIRST_FILL_##event, BEFORE_FILL_##event = FIRST_FILL_##event - 1,
#define FILL(event, field, ...) FILL_LINE_##event##_##field,
#define FILL_WHEN(event, field, ...) FILL_LINE_##event##_##field,
#define FILL_OUTPUT(event, field, ...) FILL_LINE_##event##_##field,
#include "bpf/plans.def"
	FILLS,
};

/* All lines of plans.def in order. */
static const volatile struct eyrie_fill fills[FILLS] = {
#define FILL_LINE(event_, field, op_, a_, b_, when, values) \
	{ .event = EYRIE_EVENT_##event_,                    \
	  .slot = SLOT(event_, field),                      \
	  .op = FILL_##op_,                                 \
	  .a = a_,                                          \
	  .b = b_,                                          \
	  .when_argument = when,                            \
	  .when_values = values },
#define WHEN(argument, values) argument, values
#define WHEN_QUOTA_COMMAND(values) QUOTA_COMMAND, values
#define FILL_LINE_IF(...) FILL_LINE(__VA_ARGS__)
#define PLAN(event)
#define FILL(event, field, op, a, b) \
	FILL_LINE(event, field, op, a, b, ALWAYS, 0)
#define FILL_WHEN(event, field, op, a, b, when) \
	FILL_LINE_IF(event, field, op, a, b, when)
#define FILL_OUTPUT(event, field, op, a, b) \
	FILL_LINE(event, field, op, a, b, IF_DONE, 0)
#include "bpf/plans.def"
};

struct eyrie_plan {
	__u16 first; /* index in `fills` */
	__u8 is_planned;
	__u8 slots; /* arguments of the event */
};

/* Index = event id. */
static const volatile struct eyrie_plan plans[EYRIE_COUNTED_EVENTS] = {
#define PLAN(event)                                       \
	[EYRIE_EVENT_##event] = { .first = FIRST_FILL_##event, \
				  .is_planned = 1,             \
				  .slots = EYRIE_SLOTS(event) },
#define FILL(event, field, op, a, b)
#define FILL_WHEN(event, field, op, a, b, when)
#define FILL_OUTPUT(event, field, op, a, b)
#include "bpf/plans.def"
};

#endif /* EYRIE_BPF_PLAN_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * How kernel memory is loaded.
 */
#ifndef EYRIE_BPF_READ_BPF_H_
#define EYRIE_BPF_READ_BPF_H_

#include "bpf/control.h"
#include "bpf/kernel_types.h"

#include <linux/bpf.h>
/* After the types above. */
#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

/* Defined in sensor.bpf.c. */
extern const volatile struct eyrie_settings settings;

/* kread(ptr, field): the value of ptr->field, 0 if ptr is not a valid address.
 * The object is compiled twice (BUILD.bazel), because what the verifier must
 * remove costs time by the square of the program's length. */
#ifdef EYRIE_DIRECT_LOADS
/* Types any address; what it points to is loaded fault-safe (6.2). */
extern void *bpf_rdonly_cast(const void *address, __u32 btf_id) __ksym;

/* Costs about 3 ns. */
#define kread(ptr, field)                                                    \
	({                                                                   \
		__typeof__(ptr) from_ = (ptr);                               \
		((__typeof__(from_))bpf_rdonly_cast(                         \
			 from_,                                              \
			 bpf_core_type_id_kernel(__typeof__(*from_))))       \
			->field;                                             \
	})
#else
/* Costs about 23 ns. */
#define kread(ptr, field)                                                    \
	({                                                                   \
		__typeof__(ptr) from_ = (ptr);                               \
		__typeof__((ptr)->field) value_;                             \
		bpf_core_read(&value_, sizeof(value_), &from_->field);       \
		value_;                                                      \
	})
#endif

/* The 8 bytes at any kernel address, 0 if it is not valid. Any structure that
 * begins with such a number serves to name them. */
#define load_word(address) \
	((__u64)kread((struct timespec64 *)(__u64)(address), tv_sec))

/* The address of ptr->field as a number: for array elements and embedded
 * structures, which the verifier lets nobody index through a typed pointer. */
#define kaddress(ptr, type, field) \
	((__u64)(ptr) + bpf_core_field_offset(type, field))

/* Index of an event's argument among its slots. */
#define SLOT(event, field) \
	(__builtin_offsetof(struct eyrie_##event##_args, field) / 8)

/* A function that is verified and compiled once, not in every caller. */
#define subprogram static __attribute__((noinline, unused))

/* A function that the verifier checks once, by itself and for any arguments,
 * instead of along every path that leads to it: what is behind it costs each
 * caller nothing when the sensor starts. Before 5.12 its arguments are numbers
 * only, so it finds what it works on in a map. */
#define standalone __attribute__((noinline))

/* An address as a number. The verifier remembers what a pointer that was loaded
 * directly points to, and refuses it as argument of a standalone function ("R2 is
 * not a scalar"); what was negated is a number. */
static __always_inline __u64 as_number(const void *address)
{
	__u64 number = (__u64)address;

	asm("%0 = -%0\n\t%0 = -%0" : "+r"(number));
	return number;
}

/* Makes the compiler forget what it knows of `x`, so that the bounds check
 * that follows is the one the verifier sees ("R2 unbounded memory access"). */
#define forget(x) asm volatile("" : "+r"(x))

#endif /* EYRIE_BPF_READ_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Every map of the sensor.
 */
#ifndef EYRIE_BPF_MAPS_BPF_H_
#define EYRIE_BPF_MAPS_BPF_H_

#include "bpf/read.bpf.h"

/* Longest chunk appended at a time: the slack behind a record that makes the
 * bounds of an append provable. */
#define EYRIE_MAX_CHUNK 4096
/* Longest name of one path component (NAME_MAX). */
#define EYRIE_MAX_NAME 255

/* The arguments of any event: what args_of() points to. As a type, so that the
 * object's type information has every event (record_layout_test). */
union eyrie_arguments {
	__u64 slots[EYRIE_MAX_SLOTS];
#define EVENT(id, name, category) struct eyrie_##name##_args name##_args;
#include "proto/events.def"
};

/* One component of a path, which still lies in kernel memory. */
struct eyrie_component {
	__u64 name;
	__u32 length;
	__u32 unused;
};

/* A way from a file up to a root. It lies in a map, because with its state on the
 * stack the verifier walks every combination (more than 1,000,000 instructions,
 * E2BIG). */
struct eyrie_walk {
	__u64 node;  /* struct dentry or struct kernfs_node */
	__u64 mount; /* struct mount */
	__u64 root;
	__u64 root_mount;
	__u32 position; /* of the first byte of the path in `text` */
	__u32 done;     /* the root was reached */
	__u32 count;    /* of components */
	__u32 length;   /* of the path that they make */
	char name[EYRIE_MAX_NAME + 1];
	union {
		/* Of files: from the last component to the first. */
		struct eyrie_component components[EYRIE_MAX_COMPONENTS];
		/* Of control groups and files without a directory: written
		 * from its end to its beginning. */
		char text[EYRIE_MAX_PATH + 1 + EYRIE_MAX_NAME + 1];
	};
};

/* Where one CPU makes its record. At most 32 KiB: the largest value a per-CPU
 * map can have. */
struct eyrie_scratch {
	__u32 busy;
	__u32 used; /* bytes of the record so far, a multiple of 8 */
	__u64 lifecycle_sequence;
	__u64 event_sequence;
	struct eyrie_walk walk;
	union {
		struct {
			struct eyrie_record record;
			union {
				__u64 slots[EYRIE_MAX_SLOTS];
				union eyrie_arguments arguments;
			};
		};
		__u8 bytes[EYRIE_MAX_RECORD_SIZE + EYRIE_MAX_CHUNK];
	};
};

_Static_assert(sizeof(struct eyrie_scratch) <= 32768, "fits a per-CPU value");

/* The arguments of the record in `s`, which is of type `event`. */
#define args_of(s, event) ((struct eyrie_##event##_args *)(s)->slots)

/* Entries of `scratch`. */
enum {
	SCRATCH_HOOK = 0,
	/* Apart: a hook may interrupt the iterator. */
	SCRATCH_ITERATOR = 1,
};

/* Key: SCRATCH_*. Written and read by the running program alone; an entry is
 * free when it is not busy. Size: one record at a time on each CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct eyrie_scratch);
} scratch SEC(".maps");

/* Records of exec, fork and exit. Written by process.bpf.c, read by the
 * collector. Apart from the other events, so that no noise can cost the process
 * tree. Size: set by the loader, rate times longest stall. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} lifecycle_ring SEC(".maps");

/* All other records. Written by the system call programs, read by the
 * collector. Size: set by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} event_ring SEC(".maps");

/* Key: event id * EYRIE_DROP_REASONS + reason. Value: records lost since the
 * sensor was loaded. Written by emit.bpf.h, read by the collector. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EYRIE_COUNTED_EVENTS * EYRIE_DROP_REASONS);
	__type(key, __u32);
	__type(value, __u64);
} drops SEC(".maps");

/* Key: enum eyrie_program. Written once by the loader; followed by the
 * dispatcher in syscalls.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EYRIE_PROGRAM_COUNT);
	__type(key, __u32);
	__type(value, __u32);
} syscall_programs SEC(".maps");

/* Key: 0. Where on_function_begin jumps to; apart from the above, because
 * programs on the begin and on the end of functions may not share such a map. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} begin_programs SEC(".maps");

#endif /* EYRIE_BPF_MAPS_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Whether a path changed in user memory while its call ran.
 *
 * What the kernel resolves is a copy that it takes at the begin of a call. We read
 * the caller's memory when the call ends; another thread may have put an innocent
 * path there meanwhile. With config.check_paths the path is read at the begin as
 * well. Whoever wants to deceive both must change it twice, in a window of some
 * 100 ns before the kernel's copy and once more after it; each time he misses, the
 * record shows his path or is flagged CHANGED.
 */
#ifndef EYRIE_BPF_PATH_CHECK_BPF_H_
#define EYRIE_BPF_PATH_CHECK_BPF_H_

#include "bpf/emit.bpf.h"

/* Bytes of a path that are compared. */
#define CHECKED_BYTES 256
/* Paths of one call. */
#define CHECKED_PATHS 2

struct checked_paths {
	__u64 from[CHECKED_PATHS]; /* addresses in user memory; 0: none */
	__u64 text[CHECKED_PATHS][CHECKED_BYTES / 8];
};

/* Key: thread. Written when a call begins, read and deleted when it ends. Size:
 * calls with paths that are under way at a time; one that is pushed out is not
 * checked. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct checked_paths);
} checked_paths SEC(".maps");

/* Key: 0. Where the paths of one call are put together. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct checked_paths);
} checked_paths_scratch SEC(".maps");

static __always_inline struct checked_paths *checked_paths_of_call(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&checked_paths_scratch, &key);
}

static __always_inline struct checked_paths *begin_checked_paths(void)
{
	struct checked_paths *paths = checked_paths_of_call();

	if (paths)
		__builtin_memset(paths, 0, sizeof(*paths));
	return paths;
}

static __always_inline void keep_checked_paths(const struct checked_paths *paths)
{
	__u64 key = bpf_get_current_pid_tgid();

	bpf_map_update_elem(&checked_paths, &key, paths, BPF_ANY);
}

/* Flags the record if the path at `from`, which is in `slot` now, is not what it
 * was when the call began. */
static __always_inline void check_path(struct eyrie_scratch *s, __u64 from,
				       const struct eyrie_ref *slot)
{
	__u64 key = bpf_get_current_pid_tgid(), now;
	struct checked_paths *paths;
	__u32 i, path, at = slot->offset;

	paths = bpf_map_lookup_elem(&checked_paths, &key);
	if (!paths)
		return;
	path = paths->from[0] == from ? 0 : 1;
	if (paths->from[path] != from)
		return;
	for (i = 0; i < CHECKED_BYTES / 8; i++) {
		__u32 word = at + 8 * i;

		forget(word);
		if (8 * i >= slot->length || word > EYRIE_MAX_RECORD_SIZE)
			break;
		now = *(__u64 *)&s->bytes[word];
		if (now != paths->text[path][i]) {
			s->record.flags |= EYRIE_RECORD_CHANGED;
			return;
		}
	}
}

static __always_inline void forget_checked_paths(void)
{
	__u64 key = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&checked_paths, &key);
}

#endif /* EYRIE_BPF_PATH_CHECK_BPF_H_ */

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Processes that were there before the sensor: one `task` record each, read
 * from the iterator as one stream of records. Argument vector and environment
 * lie in memory that cannot be read from here; the collector adds them.
 */
#include "bpf/image.bpf.h"

SEC("iter/task")
int on_task(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct eyrie_scratch *s;
	__u32 size;

	/* Threads share their leader's record. */
	if (!task || kread(task, pid) != kread(task, tgid))
		return 0;
	s = begin(SCRATCH_ITERATOR, EYRIE_EVENT_task, EYRIE_SLOTS(task), task);
	if (!s)
		return 0;
	__builtin_memset(args_of(s, task), 0, sizeof(*args_of(s, task)));
	s->record.flags |= EYRIE_RECORD_SNAPSHOT;
	fill_image(s, (image_args *)args_of(s, task), task);
	size = finished_size(s);
	bpf_seq_write(seq, s->bytes, size);
	release(s);
	return 0;
}

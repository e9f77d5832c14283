/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What must be seen when a system call begins: close, because at its end the
 * kernel has forgotten what the descriptor was; and paths, see path_check.bpf.h.
 *
 * close is reported with a foreseen result: 0 for a descriptor that is open, else
 * -EBADF. (The descriptor is gone whatever close() returns; errors of a last
 * write, EIO and the like, are not seen.) Attached only while somebody wants one
 * of the two, because it taxes every system call of every process once more.
 */
#include "bpf/descriptor.bpf.h"
#include "bpf/filter.bpf.h"
#include "bpf/gather.bpf.h"

#define EBADF 9

static __always_inline void report_close(const struct call *call)
{
	int fd = (int)argument(call, 0);
	struct file *file = file_of(call->task, fd);
	struct eyrie_close_args *args;
	struct eyrie_scratch *s;

	s = begin_call(close, call, file ? 0 : -EBADF);
	if (!s)
		return;
	args = args_of(s, close);
	args->res = s->record.result;
	args->fd = fd;
	if (file)
		describe_file(SLOT(close, fd_path), as_number(call->task),
			      as_number(file));
	emit_event(s);
}

/* Puts the path that line `line` of the plan names at `index`. */
standalone int keep_path(__u32 line, __u32 index)
{
	struct checked_paths *paths = checked_paths_of_call();
	struct gathering *g = this_gathering();
	__u64 from;

	if (!paths || !g || line >= FILLS || index >= CHECKED_PATHS)
		return 0;
	from = argument(&g->call, fills[line].a);
	paths->from[index] = from;
	bpf_probe_read_user_str(paths->text[index], CHECKED_BYTES,
				(const void *)from);
	return 0;
}

/* Keeps the paths of the call in this_gathering(). */
standalone int keep_paths(void)
{
	struct checked_paths *paths = begin_checked_paths();
	struct gathering *g = this_gathering();
	__u32 first, line, i, count = 0;

	if (!paths || !g || g->event >= EYRIE_COUNTED_EVENTS)
		return 0;
	first = plans[g->event].first;
	for (i = 0; i < MOST_LINES; i++) {
		line = first + i;
		forget(line);
		if (line >= FILLS || fills[line].event != g->event ||
		    count >= CHECKED_PATHS)
			break;
		if (fills[line].op == FILL_PATH)
			keep_path(line, count++);
	}
	if (count)
		keep_checked_paths(paths);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	__u32 event = find_event(regs);
	struct gathering *g;

	if (event == EYRIE_EVENT_NONE || !passes_filter())
		return 0;
	g = this_gathering();
	if (!g)
		return 0;
	g->call = this_call(regs);
	g->event = event;
	if (event == EYRIE_EVENT_close) {
		report_close(&g->call);
		return 0;
	}
	forget(event);
	if (config.check_paths && event < EYRIE_COUNTED_EVENTS &&
	    plans[event].is_planned)
		keep_paths();
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * close: reported when it begins, because at its end the kernel has forgotten
 * what the descriptor was.
 *
 * The result is foreseen: 0 for a descriptor that is open, else -EBADF. (The
 * descriptor is gone whatever close() returns; errors of a last write, EIO and
 * the like, are not seen.) Attached only while somebody wants close, because it
 * taxes every system call of every process once more.
 */
#include "bpf/descriptor.bpf.h"
#include "bpf/filter.bpf.h"
#include "bpf/syscall.bpf.h"

#define EBADF 9

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	struct eyrie_close_args *args;
	struct eyrie_scratch *s;
	struct call call;
	struct file *file;
	int fd;

	if (find_event(regs) != EYRIE_EVENT_close || !passes_filter())
		return 0;
	call = this_call(regs);
	fd = (int)argument(&call, 0);
	file = file_of(call.task, fd);
	s = begin_call(close, &call, file ? 0 : -EBADF);
	if (!s)
		return 0;
	args = args_of(s, close);
	args->res = s->record.result;
	args->fd = fd;
	if (file)
		describe_file(s, SLOT(close, fd_path), call.task, file);
	emit_event(s);
	return 0;
}

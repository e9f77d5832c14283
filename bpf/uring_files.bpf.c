/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Records of io_uring's operations on files.
 */
#include "bpf/opened.bpf.h"
#include "bpf/uring.bpf.h"

#define EBADF 9

standalone int report_uring_open(void)
{
	struct uring_report *report = this_report();
	struct eyrie_openat2_args *wide;
	struct eyrie_openat_args *args;
	struct eyrie_scratch *s;
	struct io_open *open;
	bool is_openat2;

	if (!report)
		return 0;
	is_openat2 = report->event == EYRIE_EVENT_openat2;
	s = begin_report(report, is_openat2 ? EYRIE_SLOTS(openat2) :
					      EYRIE_SLOTS(openat));
	if (!s)
		return 0;
	open = uring_operation(report->request, io_open);
	args = args_of(s, openat);
	wide = args_of(s, openat2); /* begins alike */
	args->fd = report->result;
	args->dirfd = kread(open, dfd);
	args->flags = kread(open, how.flags);
	args->mode = mode_of(args->flags, kread(open, how.mode));
	append_kept_name(s, &args->name, 0);
	if (is_openat2)
		wide->resolve = kread(open, how.resolve);
	fill_open(s, is_openat2 ? SLOT(openat2, dev) : SLOT(openat, dev),
		  SLOT(openat, name), report->task, args->dirfd,
		  report->result);
	fill_hostpath(is_openat2 ? SLOT(openat2, hostpath) :
				   SLOT(openat, hostpath),
		      report->task, report->result);
	emit_event(s);
	return 0;
}

_Static_assert(SLOT(openat, mode) == SLOT(openat2, mode), "begin alike");

standalone int report_uring_name(void)
{
	struct uring_report *report = this_report();
	struct eyrie_unlinkat_args *unlink;
	struct eyrie_mkdirat_args *mkdir;
	struct eyrie_statx_args *statx;
	struct eyrie_scratch *s;
	struct task_struct *task;
	struct io_kiocb *request;

	if (!report)
		return 0;
	request = report->request;
	task = report->task;
	s = begin_report(report, EYRIE_MAX_SLOTS);
	if (!s)
		return 0;
	s->slots[0] = report->result;
	switch (report->event) {
	case EYRIE_EVENT_unlinkat:
		unlink = args_of(s, unlinkat);
		resize_record(s, EYRIE_SLOTS(unlinkat));
		unlink->dirfd =
			kread(uring_operation(request, io_unlink), dfd);
		unlink->flags =
			kread(uring_operation(request, io_unlink), flags);
		append_kept_name(s, &unlink->name, 0);
		append_base(s, SLOT(unlinkat, base), SLOT(unlinkat, name), task,
			    unlink->dirfd);
		break;
	case EYRIE_EVENT_mkdirat:
		mkdir = args_of(s, mkdirat);
		resize_record(s, EYRIE_SLOTS(mkdirat));
		mkdir->dirfd = kread(uring_operation(request, io_mkdir), dfd);
		mkdir->mode = kread(uring_operation(request, io_mkdir), mode) &
			      S_IALLUGO;
		append_kept_name(s, &mkdir->path, 0);
		append_base(s, SLOT(mkdirat, base), SLOT(mkdirat, path), task,
			    mkdir->dirfd);
		break;
	default:
		statx = args_of(s, statx);
		resize_record(s, EYRIE_SLOTS(statx));
		statx->dirfd = kread(uring_operation(request, io_statx), dfd);
		statx->flags = kread(uring_operation(request, io_statx), flags);
		statx->mask = kread(uring_operation(request, io_statx), mask);
		append_kept_name(s, &statx->path, 0);
		append_base(s, SLOT(statx, base), SLOT(statx, path), task,
			    statx->dirfd);
	}
	emit_event(s);
	return 0;
}

standalone int report_uring_two_names(void)
{
	struct uring_report *report = this_report();
	struct eyrie_renameat2_args *rename;
	struct eyrie_symlinkat_args *symlink;
	struct eyrie_linkat_args *link;
	struct io_rename *from;
	struct eyrie_scratch *s;
	struct task_struct *task;

	if (!report)
		return 0;
	/* io_link begins as io_rename does. */
	from = uring_operation(report->request, io_rename);
	task = report->task;
	s = begin_report(report, EYRIE_MAX_SLOTS);
	if (!s)
		return 0;
	s->slots[0] = report->result;
	switch (report->event) {
	case EYRIE_EVENT_renameat2:
		rename = args_of(s, renameat2);
		resize_record(s, EYRIE_SLOTS(renameat2));
		rename->olddirfd = kread(from, old_dfd);
		rename->newdirfd = kread(from, new_dfd);
		rename->flags = (__u32)kread(from, flags);
		append_kept_name(s, &rename->oldpath, 0);
		append_kept_name(s, &rename->newpath, 1);
		append_base(s, SLOT(renameat2, oldbase),
			    SLOT(renameat2, oldpath), task,
			    rename->olddirfd);
		append_base(s, SLOT(renameat2, newbase),
			    SLOT(renameat2, newpath), task,
			    rename->newdirfd);
		break;
	case EYRIE_EVENT_linkat:
		link = args_of(s, linkat);
		resize_record(s, EYRIE_SLOTS(linkat));
		link->olddirfd = kread((struct io_link *)from, old_dfd);
		link->newdirfd = kread((struct io_link *)from, new_dfd);
		link->flags = (__u32)kread((struct io_link *)from, flags);
		append_kept_name(s, &link->oldpath, 0);
		append_kept_name(s, &link->newpath, 1);
		append_base(s, SLOT(linkat, oldbase),
			    SLOT(linkat, oldpath), task,
			    link->olddirfd);
		append_base(s, SLOT(linkat, newbase),
			    SLOT(linkat, newpath), task,
			    link->newdirfd);
		break;
	default:
		symlink = args_of(s, symlinkat);
		resize_record(s, EYRIE_SLOTS(symlinkat));
		symlink->linkdirfd = kread((struct io_link *)from, new_dfd);
		append_kept_name(s, &symlink->target, 0);
		append_kept_name(s, &symlink->linkpath, 1);
		append_base(s, SLOT(symlinkat, base),
			    SLOT(symlinkat, linkpath), task,
			    symlink->linkdirfd);
	}
	emit_event(s);
	return 0;
}

/* At submission, when the descriptor still is what it was. */
standalone int report_uring_close(void)
{
	struct uring_report *report = this_report();
	struct eyrie_close_args *args;
	struct eyrie_scratch *s;
	struct file *file;

	if (!report)
		return 0;
	s = begin_report(report, EYRIE_SLOTS(close));
	if (!s)
		return 0;
	args = args_of(s, close);
	args->fd = kread(uring_operation(report->request, io_close), fd);
	file = file_of(report->task, args->fd);
	args->res = file ? 0 : -EBADF;
	set_result(s, args->res);
	if (file)
		describe_file(SLOT(close, fd_path), as_number(report->task),
			      as_number(file));
	emit_event(s);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * New images: exec. Success is always attached; failure is a system call event.
 */
#include "bpf/image.bpf.h"
#include "bpf/syscall.bpf.h"

/* Where the argument vector of an exec record lies: a constant, so that long
 * reads have provable bounds. */
#define ARGS_AT (sizeof(struct eyrie_record) + sizeof(image_args))

/* Reads [from, to) of user memory to `at`, at most `most` bytes; what is cut
 * ends with a NUL all the same. Returns the length. */
static __always_inline __u32 read_strings(struct eyrie_scratch *s, __u32 at,
					  unsigned long from, unsigned long to,
					  __u32 most)
{
	__u64 length = to - from;

	if (to <= from)
		return 0;
	if (length > most) {
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
		length = most;
	}
	forget(length);
	if (length > most)
		return 0;
	if (bpf_probe_read_user(&s->bytes[at], length, (const void *)from)) {
		s->record.flags |= EYRIE_RECORD_FAULTED;
		return 0;
	}
	return length;
}

static __always_inline void end_strings(struct eyrie_scratch *s, __u32 end)
{
	forget(end);
	if (end > 0 && end <= EYRIE_MAX_RECORD_SIZE)
		s->bytes[end - 1] = 0;
}

/* argv lies in one piece; its first string is `exe`, the rest `args`. */
static __always_inline void read_argv(struct eyrie_scratch *s,
				      image_args *args, struct mm_struct *mm)
{
	__u32 length = read_strings(s, ARGS_AT, kread(mm, arg_start),
				    kread(mm, arg_end), EYRIE_MAX_ARGS_BYTES);
	long first;

	if (!length)
		return;
	end_strings(s, ARGS_AT + length);
	/* Copied only to find its end. */
	first = bpf_probe_read_kernel_str(s->walk.text, EYRIE_MAX_PATH + 1,
					  &s->bytes[ARGS_AT]);
	if (first < 1)
		return;
	if (first > EYRIE_MAX_PATH && s->bytes[ARGS_AT + EYRIE_MAX_PATH]) {
		/* The rest of a longer argv[0] shows as the first argument:
		 * whoever wants to hide the others by it shows more. */
		s->record.flags |= EYRIE_RECORD_TRUNCATED;
		first = EYRIE_MAX_PATH;
		args->exe.length = first;
	} else {
		args->exe.length = first - 1;
	}
	args->exe.offset = ARGS_AT;
	args->args.offset = ARGS_AT + first;
	args->args.length = length - first;
	s->used = (ARGS_AT + length + 7) & ~7u;
	/* Padding, as commit() makes it. */
	*(volatile __u64 *)&s->bytes[ARGS_AT + (length & 0x3fff)] = 0;
}

static __always_inline void read_environment(struct eyrie_scratch *s,
					     image_args *args,
					     struct mm_struct *mm)
{
	__u32 at = s->used, length;

	forget(at);
	if (at > ARGS_AT + EYRIE_MAX_ARGS_BYTES + 8)
		return;
	length = read_strings(s, at, kread(mm, env_start), kread(mm, env_end),
			      EYRIE_MAX_ENV_BYTES);
	if (!length)
		return;
	end_strings(s, at + length);
	commit(s, &args->env, at, length);
}

/* Whether execveat made the image. The registers do not tell: the kernel writes
 * execve's number over the caller's (and the new image's ABI over TS_COMPAT).
 * An execveat that starts from no descriptor is taken for the execve it is
 * equal to. */
static __always_inline bool is_execveat(struct linux_binprm *bprm)
{
	return bpf_core_field_exists(struct linux_binprm, fdpath) &&
	       kread(bprm, fdpath);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid,
	     struct linux_binprm *bprm)
{
	struct mm_struct *mm = kread(task, mm);
	struct eyrie_scratch *s;
	image_args *args;

	s = begin_event(execve, task);
	if (!s)
		return 0;
	args = args_of(s, execve);
	if (is_execveat(bprm))
		s->record.type = EYRIE_EVENT_execveat;
	read_argv(s, args, mm);
	read_environment(s, args, mm);
	fill_image(s, args, task);
	append_kernel_string(s, &args->filename, kread(bprm, filename));
	set_result(s, 0);
	emit_lifecycle(s);
	return 0;
}

/* The caller goes on as what it was, so the record describes its image; only
 * the file name is what it wanted to run. */
static __always_inline void finish_failed_exec(struct eyrie_scratch *s,
					       const struct call *call,
					       const void *filename,
					       long result)
{
	image_args *args = args_of(s, execve);

	s->record.flags |= EYRIE_RECORD_UNVERIFIED;
	args->res = result;
	append_user_string(s, &args->filename, filename);
	fill_image(s, args, call->task);
	emit_event(s);
}

SYSCALL_PROGRAM(execve)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s;

	if (result >= 0)
		return 0;
	s = begin_call(execve, &call, result);
	if (s)
		finish_failed_exec(s, &call, pointer(&call, 0), result);
	return 0;
}

SYSCALL_PROGRAM(execveat)
{
	struct call call = this_call(regs);
	struct eyrie_scratch *s;

	if (result >= 0)
		return 0;
	s = begin_call(execveat, &call, result);
	if (s)
		finish_failed_exec(s, &call, pointer(&call, 1), result);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The system calls whose records are filled by plans.def.
 *
 * One program for all of them instead of one each: it is verified once, so that
 * the sensor starts as fast with 400 events as with 20. It costs some ns for
 * each slot, which the calls that are made most often (open, connect, exec) do
 * not pay: they have programs of their own.
 */
#include "bpf/gather.bpf.h"

/* Bit N: command N of quotactl() gives something. */
#define QUOTA_COMMANDS_THAT_GIVE 0xb0

/* The command of quotactl(), from 0; 0, which is none, if it would have given
 * something and has failed. */
static __always_inline __u32 quota_command(const struct gathering *g)
{
	__u32 command = ((__u32)argument(&g->call, 0) >> 8) - 0x800000;

	if (g->result < 0 && command < 32 &&
	    QUOTA_COMMANDS_THAT_GIVE >> command & 1)
		return 0;
	return command;
}

/* Whether the line's condition holds. */
static __always_inline bool is_wanted(const struct gathering *g,
				      const volatile struct eyrie_fill *fill)
{
	/* 32 bits, as the kernel takes them. */
	__u32 value;

	if (fill->when_argument == ALWAYS || fill->when_argument == IF_DONE)
		return true;
	if (fill->when_argument == QUOTA_COMMAND)
		value = quota_command(g);
	else
		value = argument(&g->call, fill->when_argument);
	if (value > 63)
		value = 63;
	return fill->when_values >> value & 1;
}

/* Fills the slot of line number `line`, if its condition holds. */
standalone int fill_line(__u32 line)
{
	const struct gathering *g = this_gathering();
	__u8 op;

	if (!g || line >= FILLS || !is_wanted(g, &fills[line]))
		return 0;
	op = fills[line].op;
	if (op <= FILL_SHIFTED)
		gather_number(line);
	else if (op <= FILL_INODE_AT)
		gather_user_number(line);
	else if (op <= FILL_PATH)
		gather_text(line);
	else if (op <= FILL_BASE)
		gather_base(line);
	else if (op <= FILL_POLLED)
		gather_data(line);
	else if (op <= FILL_VECTOR_SIZE)
		gather_vector(line);
	else if (op <= FILL_MESSAGE_NUMBER)
		gather_message(line);
	else if (op <= FILL_ADDRESS_AT_LENGTH)
		gather_address(line);
	else if (op <= FILL_NEW_DESCRIPTOR)
		gather_descriptor(line);
	else if (op <= FILL_ROOT)
		gather_directory(line);
	else
		gather_several(line);
	return 0;
}

/* Fills all slots of the record that has begun. */
static __always_inline void fill_by_plan(const struct gathering *g)
{
	__u32 first, line, i;

	if (g->event >= EYRIE_COUNTED_EVENTS)
		return;
	first = plans[g->event].first;
	for (i = 0; i < MOST_LINES; i++) {
		line = first + i;
		forget(line);
		if (line >= FILLS || fills[line].event != g->event)
			return;
		fill_line(line);
	}
}

/* The arguments of a call that has no event of its own. */
static __always_inline void fill_other_call(const struct gathering *g,
					    struct eyrie_scratch *s)
{
	struct eyrie__sysctl_args *args = args_of(s, _sysctl);
	const struct call *call = &g->call;

	args->number = syscall_number(call->regs);
	args->native_number = args->number;
	args->arg0 = argument(call, 0);
	args->arg1 = argument(call, 1);
	args->arg2 = argument(call, 2);
	args->arg3 = argument(call, 3);
	args->arg4 = argument(call, 4);
	args->arg5 = argument(call, 5);
}

static __always_inline __u32 slots_of(__u32 event)
{
	if (event >= EYRIE_COUNTED_EVENTS)
		return 0;
	if (event >= EYRIE_FIRST_OTHER_CALL)
		return EYRIE_SLOTS(_sysctl);
	return plans[event].is_planned ? plans[event].slots : 0;
}

/* Makes and sends one record of the call in this_gathering(). */
standalone int report_call(void)
{
	struct gathering *g = this_gathering();
	struct eyrie_scratch *s;
	__u32 slots;

	if (!g)
		return 0;
	slots = slots_of(g->event);
	if (!slots)
		return 0;
	s = begin(SCRATCH_HOOK, g->event, slots, g->call.task);
	if (!s)
		return 0;
	__builtin_memset(s->slots, 0, sizeof(s->slots));
	set_result(s, g->result);
	if (g->call.compat)
		s->record.flags |= EYRIE_RECORD_COMPAT32;
	if (g->event >= EYRIE_FIRST_OTHER_CALL)
		fill_other_call(g, s);
	else
		fill_by_plan(g);
	if (config.check_paths)
		forget_checked_paths();
	emit_event(s);
	return 0;
}

/* Records that the call needs: one for each message that it has moved. */
static __always_inline __u32 records_of(__u32 event, long result)
{
	if (event != EYRIE_EVENT_sendmmsg && event != EYRIE_EVENT_recvmmsg)
		return 1;
	return result > 1 ? result : 1;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_planned, struct pt_regs *regs, long result)
{
	struct gathering *g = this_gathering();
	__u32 records, i;

	if (!g)
		return 0;
	g->call = this_call(regs);
	g->result = result;
	g->event = find_event(regs);
	records = records_of(g->event, result);
	for (i = 0; i < EYRIE_MAX_MESSAGES && i < records; i++) {
		g->message = i;
		report_call();
	}
	return 0;
}

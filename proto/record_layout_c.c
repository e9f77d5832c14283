/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles the record's header as C, the language of BPF programs, and asserts
 * what every reader of the wire relies on.
 */
#include "proto/record_layout_c.h"

#include <stddef.h>

#include "proto/record.h"

#define EYRIE_ASSERT_MEMBER(member, offset, size)                             \
	_Static_assert(offsetof(struct eyrie_record, member) == (offset) &&   \
			       sizeof(((struct eyrie_record *)0)->member) ==  \
				       (size),                                \
		       #member " moved")

EYRIE_ASSERT_MEMBER(size, 0, 4);
EYRIE_ASSERT_MEMBER(type, 4, 2);
EYRIE_ASSERT_MEMBER(slots, 6, 2);
EYRIE_ASSERT_MEMBER(flags, 8, 4);
EYRIE_ASSERT_MEMBER(cpu, 12, 4);
EYRIE_ASSERT_MEMBER(time_ns, 16, 8);
EYRIE_ASSERT_MEMBER(sequence, 24, 8);
EYRIE_ASSERT_MEMBER(process, 32, 16);
EYRIE_ASSERT_MEMBER(process.pid, 32, 4);
EYRIE_ASSERT_MEMBER(process.exec_id, 36, 4);
EYRIE_ASSERT_MEMBER(process.start_time_ns, 40, 8);
EYRIE_ASSERT_MEMBER(tid, 48, 4);
EYRIE_ASSERT_MEMBER(ppid, 52, 4);
EYRIE_ASSERT_MEMBER(uid, 56, 4);
EYRIE_ASSERT_MEMBER(gid, 60, 4);
EYRIE_ASSERT_MEMBER(euid, 64, 4);
EYRIE_ASSERT_MEMBER(egid, 68, 4);
EYRIE_ASSERT_MEMBER(loginuid, 72, 4);
EYRIE_ASSERT_MEMBER(pid_ns, 76, 4);
EYRIE_ASSERT_MEMBER(mnt_ns, 80, 4);
EYRIE_ASSERT_MEMBER(net_ns, 84, 4);
EYRIE_ASSERT_MEMBER(comm, 88, 16);
EYRIE_ASSERT_MEMBER(result, 104, 8);
EYRIE_ASSERT_MEMBER(cgroup_id, 112, 8);
_Static_assert(sizeof(struct eyrie_record) == 120, "the header grew");
_Static_assert(sizeof(struct eyrie_process_key) == 16, "the key grew");

_Static_assert(offsetof(struct eyrie_ref, offset) == 0 &&
		       offsetof(struct eyrie_ref, length) == 4 &&
		       sizeof(struct eyrie_ref) == 8,
	       "a reference is {offset, length}");
_Static_assert(offsetof(struct eyrie_sockaddr, family) == 0 &&
		       offsetof(struct eyrie_sockaddr, port) == 2 &&
		       offsetof(struct eyrie_sockaddr, scope_id) == 4 &&
		       offsetof(struct eyrie_sockaddr, address) == 8 &&
		       sizeof(struct eyrie_sockaddr) == 24,
	       "an address moved");

/* Slots without gaps: the structs are as long as their arguments are many. */
#define EVENT(id, name, category)                                             \
	_Static_assert(sizeof(struct eyrie_##name##_args) % 8 == 0 &&         \
			       EYRIE_SLOTS(name) <= EYRIE_MAX_SLOTS,          \
		       #name " has too many arguments");
#include "proto/events.def"

#define EYRIE_MEMBER(member)                                                  \
	{"record." #member, offsetof(struct eyrie_record, member),            \
	 sizeof(((struct eyrie_record *)0)->member)}

const struct eyrie_layout_entry eyrie_c_layout[] = {
	EYRIE_MEMBER(size),
	EYRIE_MEMBER(type),
	EYRIE_MEMBER(slots),
	EYRIE_MEMBER(flags),
	EYRIE_MEMBER(time_ns),
	EYRIE_MEMBER(process),
	EYRIE_MEMBER(comm),
	EYRIE_MEMBER(result),
	EYRIE_MEMBER(cgroup_id),
#define ARG(event, TYPE, field, argument, doc)                                \
	{#event "." #field, offsetof(struct eyrie_##event##_args, field),     \
	 sizeof(((struct eyrie_##event##_args *)0)->field)},
#include "proto/events.def"
	{NULL, 0, 0},
};

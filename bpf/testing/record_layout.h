/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of the record as a C compiler sees it.
 */
#ifndef EYRIE_BPF_TESTING_RECORD_LAYOUT_H_
#define EYRIE_BPF_TESTING_RECORD_LAYOUT_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One member of one structure. */
struct eyrie_member_layout {
  const char* structure;
  const char* member;
  size_t offset;
  size_t size;
  size_t structure_size;
};

/* Every member of the header, the address and all arguments, ended by a row
 * with null names. */
extern const struct eyrie_member_layout eyrie_c_layout[];

#ifdef __cplusplus
}
#endif

/* The rows, for a table in C or in C++. */
#define EYRIE_LAYOUT_ROW(structure, member)                 \
  {#structure, #member, offsetof(struct structure, member), \
   sizeof(((struct structure*)0)->member), sizeof(struct structure)},

#define EYRIE_LAYOUT_HEADER_ROWS                     \
  EYRIE_LAYOUT_ROW(eyrie_record, size)               \
  EYRIE_LAYOUT_ROW(eyrie_record, type)               \
  EYRIE_LAYOUT_ROW(eyrie_record, slots)              \
  EYRIE_LAYOUT_ROW(eyrie_record, flags)              \
  EYRIE_LAYOUT_ROW(eyrie_record, cpu)                \
  EYRIE_LAYOUT_ROW(eyrie_record, time_ns)            \
  EYRIE_LAYOUT_ROW(eyrie_record, sequence)           \
  EYRIE_LAYOUT_ROW(eyrie_record, process)            \
  EYRIE_LAYOUT_ROW(eyrie_record, tid)                \
  EYRIE_LAYOUT_ROW(eyrie_record, ppid)               \
  EYRIE_LAYOUT_ROW(eyrie_record, uid)                \
  EYRIE_LAYOUT_ROW(eyrie_record, gid)                \
  EYRIE_LAYOUT_ROW(eyrie_record, euid)               \
  EYRIE_LAYOUT_ROW(eyrie_record, egid)               \
  EYRIE_LAYOUT_ROW(eyrie_record, loginuid)           \
  EYRIE_LAYOUT_ROW(eyrie_record, pid_ns)             \
  EYRIE_LAYOUT_ROW(eyrie_record, mnt_ns)             \
  EYRIE_LAYOUT_ROW(eyrie_record, net_ns)             \
  EYRIE_LAYOUT_ROW(eyrie_record, comm)               \
  EYRIE_LAYOUT_ROW(eyrie_record, result)             \
  EYRIE_LAYOUT_ROW(eyrie_record, cgroup_id)          \
  EYRIE_LAYOUT_ROW(eyrie_process_key, pid)           \
  EYRIE_LAYOUT_ROW(eyrie_process_key, exec_id)       \
  EYRIE_LAYOUT_ROW(eyrie_process_key, start_time_ns) \
  EYRIE_LAYOUT_ROW(eyrie_ref, offset)                \
  EYRIE_LAYOUT_ROW(eyrie_ref, length)                \
  EYRIE_LAYOUT_ROW(eyrie_sockaddr, family)           \
  EYRIE_LAYOUT_ROW(eyrie_sockaddr, port)             \
  EYRIE_LAYOUT_ROW(eyrie_sockaddr, scope_id)         \
  EYRIE_LAYOUT_ROW(eyrie_sockaddr, address)

#endif /* EYRIE_BPF_TESTING_RECORD_LAYOUT_H_ */

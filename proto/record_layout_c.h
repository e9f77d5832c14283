/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offsets and sizes of the event record as a C compiler sees them.
 */
#ifndef EYRIE_PROTO_RECORD_LAYOUT_C_H_
#define EYRIE_PROTO_RECORD_LAYOUT_C_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct eyrie_layout_entry {
  const char* name; /* "record.comm", "openat.flags" */
  size_t offset;
  size_t size;
};

/* Members of the header, then every argument of every event; ends with a null
 * name. */
extern const struct eyrie_layout_entry eyrie_c_layout[];

#ifdef __cplusplus
}
#endif

#endif /* EYRIE_PROTO_RECORD_LAYOUT_C_H_ */

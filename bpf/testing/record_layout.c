/* SPDX-License-Identifier: Apache-2.0 */

#include "bpf/testing/record_layout.h"

#include "proto/record.h"

const struct eyrie_member_layout eyrie_c_layout[] = {
    EYRIE_LAYOUT_HEADER_ROWS
#define ARG(event, TYPE, field, argument, doc) \
  EYRIE_LAYOUT_ROW(eyrie_##event##_args, field)
#include "proto/events.def"
    {NULL, NULL, 0, 0, 0},
};

// SPDX-License-Identifier: Apache-2.0

#include "collector/source/uring_events.h"

#include <linux/io_uring.h>

#include "gtest/gtest.h"

#include "proto/record.h"

namespace eyrie::collector {
namespace {

TEST(UringEventsTest, MarksOnlyTheWantedOperations) {
  const UringTable table =
      MakeUringTable({EYRIE_EVENT_openat, EYRIE_EVENT_unlinkat});
  EXPECT_EQ(table[IORING_OP_OPENAT], EYRIE_EVENT_openat);
  EXPECT_EQ(table[IORING_OP_UNLINKAT], EYRIE_EVENT_unlinkat);
  EXPECT_EQ(table[IORING_OP_OPENAT2], EYRIE_EVENT_NONE);
  EXPECT_EQ(table[IORING_OP_NOP], EYRIE_EVENT_NONE);
  EXPECT_EQ(MakeUringTable({}), UringTable{});
}

// The numbers are those of the system header.
TEST(UringEventsTest, GivesOperationsTheirEvents) {
  const UringTable table = MakeUringTable(
      {EYRIE_EVENT_readv, EYRIE_EVENT_connect, EYRIE_EVENT_accept4,
       EYRIE_EVENT_renameat2, EYRIE_EVENT_symlinkat, EYRIE_EVENT_socket,
       EYRIE_EVENT_sendto, EYRIE_EVENT_close, EYRIE_EVENT_write});
  EXPECT_EQ(table[IORING_OP_READV], EYRIE_EVENT_readv);
  EXPECT_EQ(table[IORING_OP_CONNECT], EYRIE_EVENT_connect);
  EXPECT_EQ(table[IORING_OP_ACCEPT], EYRIE_EVENT_accept4);
  EXPECT_EQ(table[IORING_OP_RENAMEAT], EYRIE_EVENT_renameat2);
  EXPECT_EQ(table[IORING_OP_SYMLINKAT], EYRIE_EVENT_symlinkat);
  EXPECT_EQ(table[IORING_OP_SOCKET], EYRIE_EVENT_socket);
  EXPECT_EQ(table[IORING_OP_SEND], EYRIE_EVENT_sendto);
  EXPECT_EQ(table[IORING_OP_SEND_ZC], EYRIE_EVENT_sendto);
  EXPECT_EQ(table[IORING_OP_CLOSE], EYRIE_EVENT_close);
  EXPECT_EQ(table[IORING_OP_WRITE_FIXED], EYRIE_EVENT_write);
}

}  // namespace
}  // namespace eyrie::collector

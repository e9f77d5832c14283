// SPDX-License-Identifier: Apache-2.0

#include "collector/source/uring_events.h"

#include <algorithm>
#include <cstdint>

#include "absl/types/span.h"

#include "proto/record.h"

namespace eyrie::collector {
namespace {

struct Operation {
  uint8_t opcode;  // IORING_OP_* of linux/io_uring.h, which never change
  uint16_t event;
};

// An operation is the event of the system call that does the same: SEND is what
// send() of the C library makes, sendto.
constexpr Operation kOperations[] = {
    {1, EYRIE_EVENT_readv},       // READV
    {2, EYRIE_EVENT_writev},      // WRITEV
    {4, EYRIE_EVENT_read},        // READ_FIXED
    {5, EYRIE_EVENT_write},       // WRITE_FIXED
    {9, EYRIE_EVENT_sendmsg},     // SENDMSG
    {10, EYRIE_EVENT_recvmsg},    // RECVMSG
    {13, EYRIE_EVENT_accept4},    // ACCEPT
    {16, EYRIE_EVENT_connect},    // CONNECT
    {18, EYRIE_EVENT_openat},     // OPENAT
    {19, EYRIE_EVENT_close},      // CLOSE
    {21, EYRIE_EVENT_statx},      // STATX
    {22, EYRIE_EVENT_read},       // READ
    {23, EYRIE_EVENT_write},      // WRITE
    {26, EYRIE_EVENT_sendto},     // SEND
    {27, EYRIE_EVENT_recvfrom},   // RECV
    {28, EYRIE_EVENT_openat2},    // OPENAT2
    {34, EYRIE_EVENT_shutdown},   // SHUTDOWN
    {35, EYRIE_EVENT_renameat2},  // RENAMEAT
    {36, EYRIE_EVENT_unlinkat},   // UNLINKAT
    {37, EYRIE_EVENT_mkdirat},    // MKDIRAT
    {38, EYRIE_EVENT_symlinkat},  // SYMLINKAT
    {39, EYRIE_EVENT_linkat},     // LINKAT
    {45, EYRIE_EVENT_socket},     // SOCKET
    {47, EYRIE_EVENT_sendto},     // SEND_ZC
    {48, EYRIE_EVENT_sendmsg},    // SENDMSG_ZC
    {49, EYRIE_EVENT_read},       // READ_MULTISHOT
    {56, EYRIE_EVENT_bind},       // BIND
    {57, EYRIE_EVENT_listen},     // LISTEN
};

}  // namespace

UringTable MakeUringTable(absl::Span<const uint16_t> types) {
  UringTable table{};
  for (const Operation& operation : kOperations) {
    if (std::find(types.begin(), types.end(), operation.event) != types.end()) {
      table[operation.opcode] = operation.event;
    }
  }
  return table;
}

}  // namespace eyrie::collector

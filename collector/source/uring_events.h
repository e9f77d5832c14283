// SPDX-License-Identifier: Apache-2.0
//
// Which operations of io_uring make which events.

#ifndef EYRIE_COLLECTOR_SOURCE_URING_EVENTS_H_
#define EYRIE_COLLECTOR_SOURCE_URING_EVENTS_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"

#include "bpf/control.h"

namespace eyrie::collector {

// Event ids by opcode: `uring_event_of` of bpf/uring.bpf.h.
using UringTable = std::array<uint16_t, EYRIE_URING_OPCODES>;

// The table that makes the events `types` and no others.
UringTable MakeUringTable(absl::Span<const uint16_t> types);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_URING_EVENTS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Which system calls make which events, on this architecture.

#ifndef EYRIE_COLLECTOR_SOURCE_EVENT_CALLS_H_
#define EYRIE_COLLECTOR_SOURCE_EVENT_CALLS_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"

#include "bpf/control.h"

namespace eyrie::collector {

// Event ids by enum eyrie_abi and system call number: `event_of` of
// bpf/syscall.bpf.h.
using CallTable =
    std::array<std::array<uint16_t, EYRIE_SYSCALL_NUMBERS>, EYRIE_ABI_COUNT>;

// The table that makes the events `types` and no others. Ids that no system
// call makes are ignored.
CallTable MakeCallTable(absl::Span<const uint16_t> types);

// Whether the table wants any system call at all.
bool IsEmpty(const CallTable& table);

// Whether the table wants an event that is reported when its call begins:
// close.
bool WantsEntry(const CallTable& table);

// Whether a system call makes the event.
bool IsMadeByCall(uint16_t type);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_EVENT_CALLS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Which system calls make which events, by architecture.

#ifndef EYRIE_COLLECTOR_SOURCE_SYSCALL_PROGRAMS_H_
#define EYRIE_COLLECTOR_SOURCE_SYSCALL_PROGRAMS_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"

#include "bpf/control.h"

namespace eyrie::collector {

// One event that a system call program makes.
struct SyscallProgram {
  uint16_t event;         // id in events.def
  eyrie_program program;  // slot of the tail call map
  const char* function;   // name of the BPF program
  // Call numbers; -1 where the architecture has no such call.
  int native = -1;
  int compat32 = -1;
  int compat32_old = -1;  // with 16-bit user ids
  int socketcall = -1;    // inside the 32-bit socketcall()
};

// Every one, in the order of EYRIE_SYSCALL_EVENTS. Static data.
absl::Span<const SyscallProgram> SyscallPrograms();

// The table `program_of` of bpf/syscalls.bpf.c.
using ProgramTable =
    std::array<std::array<uint8_t, EYRIE_SYSCALL_NUMBERS>, EYRIE_ABI_COUNT>;

// The table that makes the events `types` and no others. Ids that no system
// call makes are ignored.
ProgramTable MakeProgramTable(absl::Span<const uint16_t> types);

// Whether the table wants any system call at all.
bool IsEmpty(const ProgramTable& table);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_SYSCALL_PROGRAMS_H_

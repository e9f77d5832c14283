// SPDX-License-Identifier: Apache-2.0

#include "collector/source/syscall_programs.h"

#include <sys/syscall.h>

#include <algorithm>
#include <cstdint>

#include "absl/types/span.h"

namespace eyrie::collector {
namespace {

struct CallNumbers {
  uint16_t event;
  int native;
  int compat32;
  int socketcall;
  int compat32_old = -1;  // the 16-bit user ids of old
};

// Calls that newer architectures no longer have.
#ifdef SYS_open
constexpr int kOpen = SYS_open, kCreat = SYS_creat, kUnlink = SYS_unlink,
              kRename = SYS_rename;
#else
constexpr int kOpen = -1, kCreat = -1, kUnlink = -1, kRename = -1;
#endif
#ifdef SYS_renameat
constexpr int kRenameat = SYS_renameat;
#else
constexpr int kRenameat = -1;
#endif

#if defined(__x86_64__)
constexpr int kCompatSocketcall = 102;
constexpr CallNumbers kCallNumbers[] = {
    {EYRIE_EVENT_execve, SYS_execve, 11, -1},
    {EYRIE_EVENT_execveat, SYS_execveat, 358, -1},
    {EYRIE_EVENT_chdir, SYS_chdir, 12, -1},
    {EYRIE_EVENT_fchdir, SYS_fchdir, 133, -1},
    {EYRIE_EVENT_open, kOpen, 5, -1},
    {EYRIE_EVENT_openat, SYS_openat, 295, -1},
    {EYRIE_EVENT_openat2, SYS_openat2, 437, -1},
    {EYRIE_EVENT_creat, kCreat, 8, -1},
    {EYRIE_EVENT_unlink, kUnlink, 10, -1},
    {EYRIE_EVENT_unlinkat, SYS_unlinkat, 301, -1},
    {EYRIE_EVENT_rename, kRename, 38, -1},
    {EYRIE_EVENT_renameat, kRenameat, 302, -1},
    {EYRIE_EVENT_renameat2, SYS_renameat2, 353, -1},
    {EYRIE_EVENT_connect, SYS_connect, 362, 3},
    {EYRIE_EVENT_accept, SYS_accept, -1, 5},
    {EYRIE_EVENT_accept4, SYS_accept4, 364, 18},
    {EYRIE_EVENT_bind, SYS_bind, 361, 2},
    {EYRIE_EVENT_setuid, SYS_setuid, 213, -1, 23},
    {EYRIE_EVENT_setreuid, SYS_setreuid, 203, -1, 70},
    {EYRIE_EVENT_setresuid, SYS_setresuid, 208, -1, 164},
};
#elif defined(__aarch64__)
constexpr int kCompatSocketcall = 102;
constexpr CallNumbers kCallNumbers[] = {
    {EYRIE_EVENT_execve, SYS_execve, 11, -1},
    {EYRIE_EVENT_execveat, SYS_execveat, 387, -1},
    {EYRIE_EVENT_chdir, SYS_chdir, 12, -1},
    {EYRIE_EVENT_fchdir, SYS_fchdir, 133, -1},
    {EYRIE_EVENT_open, kOpen, 5, -1},
    {EYRIE_EVENT_openat, SYS_openat, 322, -1},
    {EYRIE_EVENT_openat2, SYS_openat2, 437, -1},
    {EYRIE_EVENT_creat, kCreat, 8, -1},
    {EYRIE_EVENT_unlink, kUnlink, 10, -1},
    {EYRIE_EVENT_unlinkat, SYS_unlinkat, 328, -1},
    {EYRIE_EVENT_rename, kRename, 38, -1},
    {EYRIE_EVENT_renameat, kRenameat, 329, -1},
    {EYRIE_EVENT_renameat2, SYS_renameat2, 382, -1},
    {EYRIE_EVENT_connect, SYS_connect, 283, 3},
    {EYRIE_EVENT_accept, SYS_accept, 285, 5},
    {EYRIE_EVENT_accept4, SYS_accept4, 366, 18},
    {EYRIE_EVENT_bind, SYS_bind, 282, 2},
    {EYRIE_EVENT_setuid, SYS_setuid, 213, -1, 23},
    {EYRIE_EVENT_setreuid, SYS_setreuid, 203, -1, 70},
    {EYRIE_EVENT_setresuid, SYS_setresuid, 208, -1, 164},
};
#else
#error "add the system call numbers of this architecture"
#endif

struct Programs {
  SyscallProgram rows[EYRIE_PROGRAM_COUNT - 1];
};

Programs MakePrograms() {
  Programs programs;
  SyscallProgram* row = programs.rows;
#define X(name)                              \
  *row++ = {.event = EYRIE_EVENT_##name,     \
            .program = EYRIE_PROGRAM_##name, \
            .function = "on_" #name};
  EYRIE_SYSCALL_EVENTS(X)
#undef X
  for (SyscallProgram& program : programs.rows) {
    for (const CallNumbers& numbers : kCallNumbers) {
      if (numbers.event != program.event) continue;
      program.native = numbers.native;
      program.compat32 = numbers.compat32;
      program.compat32_old = numbers.compat32_old;
      program.socketcall = numbers.socketcall;
    }
  }
  return programs;
}

}  // namespace

absl::Span<const SyscallProgram> SyscallPrograms() {
  static const Programs& programs = *new Programs(MakePrograms());
  return programs.rows;
}

ProgramTable MakeProgramTable(absl::Span<const uint16_t> types) {
  ProgramTable table{};
  for (const SyscallProgram& row : SyscallPrograms()) {
    if (std::find(types.begin(), types.end(), row.event) == types.end()) {
      continue;
    }
    if (row.native >= 0) table[EYRIE_ABI_NATIVE][row.native] = row.program;
    for (const int number : {row.compat32, row.compat32_old}) {
      if (number >= 0) table[EYRIE_ABI_COMPAT32][number] = row.program;
    }
    if (row.socketcall >= 0) {
      table[EYRIE_ABI_SOCKETCALL][row.socketcall] = row.program;
      table[EYRIE_ABI_COMPAT32][kCompatSocketcall] = EYRIE_PROGRAM_SOCKETCALL;
    }
  }
  return table;
}

bool IsEmpty(const ProgramTable& table) { return table == ProgramTable{}; }

}  // namespace eyrie::collector

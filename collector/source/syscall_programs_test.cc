// SPDX-License-Identifier: Apache-2.0

#include "collector/source/syscall_programs.h"

#include <sys/syscall.h>

#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "proto/record.h"

namespace eyrie::collector {
namespace {

TEST(SyscallProgramsTest, GivesEveryProgramItsNumbers) {
  std::set<int> native;
  std::set<int> compat32;
  for (const SyscallProgram& row : SyscallPrograms()) {
    EXPECT_NE(row.event, EYRIE_EVENT_NONE);
    EXPECT_TRUE(row.native >= 0 || row.compat32 >= 0) << row.function;
    EXPECT_LT(row.native, EYRIE_SYSCALL_NUMBERS) << row.function;
    EXPECT_LT(row.compat32, EYRIE_SYSCALL_NUMBERS) << row.function;
    EXPECT_TRUE(row.compat32 >= 0 || row.socketcall >= 0) << row.function;
    if (row.native >= 0) {
      EXPECT_TRUE(native.insert(row.native).second) << row.function;
    }
    if (row.compat32 >= 0) {
      EXPECT_TRUE(compat32.insert(row.compat32).second) << row.function;
    }
  }
  EXPECT_EQ(SyscallPrograms().size(), size_t{EYRIE_PROGRAM_COUNT - 1});
}

TEST(SyscallProgramsTest, MarksOnlyTheWantedCalls) {
  const ProgramTable table = MakeProgramTable({EYRIE_EVENT_openat});
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][SYS_openat], EYRIE_PROGRAM_openat);
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][SYS_openat2], EYRIE_PROGRAM_NONE);
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][SYS_connect], EYRIE_PROGRAM_NONE);
  EXPECT_FALSE(IsEmpty(table));
}

#ifdef __x86_64__
TEST(SyscallProgramsTest, DoesNotMistakeNumbersOfTheOtherAbi) {
  // 32-bit execve is 11, which is munmap in the native table.
  const ProgramTable table = MakeProgramTable({EYRIE_EVENT_execve});
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][11], EYRIE_PROGRAM_execve);
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][11], EYRIE_PROGRAM_NONE);
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][SYS_execve], EYRIE_PROGRAM_NONE);
}

TEST(SyscallProgramsTest, LeadsSocketcallToItsSecondTable) {
  const ProgramTable table = MakeProgramTable({EYRIE_EVENT_connect});
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][102], EYRIE_PROGRAM_SOCKETCALL);
  EXPECT_EQ(table[EYRIE_ABI_SOCKETCALL][3], EYRIE_PROGRAM_connect);
  EXPECT_EQ(table[EYRIE_ABI_SOCKETCALL][2], EYRIE_PROGRAM_NONE);
}
#endif

TEST(SyscallProgramsTest, IgnoresWhatNoSystemCallMakes) {
  EXPECT_TRUE(IsEmpty(MakeProgramTable({})));
  EXPECT_TRUE(IsEmpty(MakeProgramTable(
      {EYRIE_EVENT_procexit, EYRIE_EVENT_clone, EYRIE_EVENT_task, 4000})));
}

}  // namespace
}  // namespace eyrie::collector

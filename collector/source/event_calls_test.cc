// SPDX-License-Identifier: Apache-2.0

#include "collector/source/event_calls.h"

#include <sys/syscall.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "proto/record.h"

namespace eyrie::collector {
namespace {

std::vector<uint16_t> AllTypes() {
  std::vector<uint16_t> types;
  for (const EventInfo& event : AllEvents()) types.push_back(event.id);
  return types;
}

TEST(EventCallsTest, GivesEachNumberToOneEvent) {
  const CallTable all = MakeCallTable(AllTypes());
  for (const EventInfo& event : AllEvents()) {
    const CallTable table = MakeCallTable({event.id});
    for (int abi = 0; abi < EYRIE_ABI_COUNT; ++abi) {
      for (int number = 0; number < EYRIE_SYSCALL_NUMBERS; ++number) {
        if (table[abi][number] == EYRIE_EVENT_NONE) continue;
        EXPECT_EQ(all[abi][number], table[abi][number])
            << event.name << ": number " << number << " of abi " << abi;
      }
    }
  }
}

TEST(EventCallsTest, KnowsWhichEventsCallsMake) {
  const std::vector<std::string> others = {
      "clone", "clone3",        "fork",   "vfork",     "procexit",
      "task",  "signaldeliver", "switch", "page_fault"};
  for (const EventInfo& event : AllEvents()) {
    const bool is_other = std::find(others.begin(), others.end(),
                                    std::string(event.name)) != others.end();
    EXPECT_EQ(IsMadeByCall(event.id), !is_other) << event.name;
  }
}

TEST(EventCallsTest, MarksOnlyTheWantedCalls) {
  const CallTable table = MakeCallTable({EYRIE_EVENT_openat});
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][SYS_openat], EYRIE_EVENT_openat);
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][SYS_openat2], EYRIE_EVENT_NONE);
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][SYS_connect], EYRIE_EVENT_NONE);
  EXPECT_FALSE(IsEmpty(table));
  EXPECT_FALSE(WantsEntry(table));
}

// The numbers that the system headers know are the ones of the table.
TEST(EventCallsTest, AgreesWithTheSystemHeaders) {
  const CallTable table = MakeCallTable(AllTypes());
  const std::map<int, eyrie_event> expected = {
      {SYS_read, EYRIE_EVENT_read},
      {SYS_ptrace, EYRIE_EVENT_ptrace},
      {SYS_pread64, EYRIE_EVENT_pread},
      {SYS_prlimit64, EYRIE_EVENT_prlimit},
      {SYS_memfd_create, EYRIE_EVENT_memfd_create},
      {SYS_io_uring_setup, EYRIE_EVENT_io_uring_setup},
      {SYS_umount2, EYRIE_EVENT_umount2},
      {SYS_getppid, EYRIE_EVENT_getppid},
      {SYS_statx, EYRIE_EVENT_statx},
      {SYS_newfstatat, EYRIE_EVENT_newfstatat},
  };
  for (const auto& [number, event] : expected) {
    EXPECT_EQ(table[EYRIE_ABI_NATIVE][number], event) << number;
  }
}

TEST(EventCallsTest, WantsTheBeginOfCloseOnly) {
  EXPECT_TRUE(WantsEntry(MakeCallTable({EYRIE_EVENT_close})));
  EXPECT_FALSE(WantsEntry(MakeCallTable({EYRIE_EVENT_close_range})));
}

#ifdef __x86_64__
TEST(EventCallsTest, DoesNotMistakeNumbersOfTheOtherAbi) {
  // 32-bit execve is 11, which is munmap in the native table.
  const CallTable table = MakeCallTable({EYRIE_EVENT_execve});
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][11], EYRIE_EVENT_execve);
  EXPECT_EQ(table[EYRIE_ABI_NATIVE][11], EYRIE_EVENT_NONE);
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][SYS_execve], EYRIE_EVENT_NONE);
}

TEST(EventCallsTest, GivesVariantsOfOneCallToOneEvent) {
  const CallTable table = MakeCallTable({EYRIE_EVENT_chown});
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][182], EYRIE_EVENT_chown);
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][212], EYRIE_EVENT_chown);
}

TEST(EventCallsTest, LeadsSocketcallToItsSecondTable) {
  const CallTable table = MakeCallTable({EYRIE_EVENT_connect});
  EXPECT_EQ(table[EYRIE_ABI_COMPAT32][102], EYRIE_SOCKETCALL_EVENTS);
  EXPECT_EQ(table[EYRIE_ABI_SOCKETCALL][3], EYRIE_EVENT_connect);
  EXPECT_EQ(table[EYRIE_ABI_SOCKETCALL][2], EYRIE_EVENT_NONE);
}
#endif

TEST(EventCallsTest, IgnoresWhatNoSystemCallMakes) {
  EXPECT_TRUE(IsEmpty(MakeCallTable({})));
  EXPECT_TRUE(IsEmpty(MakeCallTable(
      {EYRIE_EVENT_procexit, EYRIE_EVENT_clone, EYRIE_EVENT_task, 4000})));
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0
//
// System calls without arguments of their own: their records say which call it
// was, and what was given.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class OtherCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(OtherCallsTest);

// The arguments of call `number`; `given` are the first that it got.
ArgumentTexts Given(long number, std::initializer_list<int64_t> given) {
  ArgumentTexts texts = {{"number", Text(number)},
                         {"native_number", Text(number)}};
  int i = 0;
  for (const int64_t argument : given) {
    texts["arg" + std::to_string(i++)] = Text(argument);
  }
  // Those that a call has not are whatever the registers hold.
  for (; i < 6; ++i) texts["arg" + std::to_string(i)] = kAnything;
  return texts;
}

int64_t Address(const void* address) {
  return reinterpret_cast<int64_t>(address);
}

TEST_P(OtherCallsTest, AnyArguments) {
  ExpectCalls({{EYRIE_EVENT_getppid,
                [] { return Call(SYS_getppid, 1l, 2l, 3l, 4l, 5l, -6l); },
                Given(SYS_getppid, {1, 2, 3, 4, 5, -6})}});
}

TEST_P(OtherCallsTest, CallsThatSucceed) {
  constexpr long kPage = 4096;
  char* pages = static_cast<char*>(
      mmap(nullptr, 2 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  char text[16] = "text";
  int from[2], to[2];
  ASSERT_EQ(pipe2(from, O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(to, O_CLOEXEC), 0);
  ASSERT_EQ(write(from[1], text, 4), 4);
  const iovec part = {text, 4};
  ExpectCalls({
      {EYRIE_EVENT_madvise,
       [&] { return Call(SYS_madvise, pages, kPage, MADV_DONTNEED); },
       Given(SYS_madvise, {Address(pages), kPage, MADV_DONTNEED})},
      {EYRIE_EVENT_mremap,
       [&] { return Call(SYS_mremap, pages, 2 * kPage, kPage, 0l, 0l); },
       Given(SYS_mremap, {Address(pages), 2 * kPage, kPage, 0, 0})},
      {EYRIE_EVENT_msync,
       [&] { return Call(SYS_msync, pages, kPage, MS_ASYNC); },
       Given(SYS_msync, {Address(pages), kPage, MS_ASYNC})},
      {EYRIE_EVENT_tee, [&] { return Call(SYS_tee, from[0], to[1], 4l, 0); },
       Given(SYS_tee, {from[0], to[1], 4, 0})},
      {EYRIE_EVENT_vmsplice,
       [&] { return Call(SYS_vmsplice, to[1], &part, 1l, 0); },
       Given(SYS_vmsplice, {to[1], Address(&part), 1, 0})},
      {EYRIE_EVENT_getrandom, [&] { return Call(SYS_getrandom, text, 8l, 0); },
       Given(SYS_getrandom, {Address(text), 8, 0})},
      {EYRIE_EVENT_umask, [] { return Call(SYS_umask, 027); },
       Given(SYS_umask, {027})},
      {EYRIE_EVENT_sched_yield, [] { return Call(SYS_sched_yield); },
       Given(SYS_sched_yield, {})},
      {EYRIE_EVENT_personality,
       [] { return Call(SYS_personality, 0xffffffffl); },
       Given(SYS_personality, {0xffffffff})},
  });
  munmap(pages, 2 * kPage);
  for (const int fd : {from[0], from[1], to[0], to[1]}) close(fd);
}

TEST_P(OtherCallsTest, CallsThatFail) {
  ExpectCalls({
      {EYRIE_EVENT_tee, [] { return Call(SYS_tee, -1l, 77, -4l, 1); },
       Given(SYS_tee, {-1, 77, -4, 1})},
      {EYRIE_EVENT_swapoff, [] { return Call(SYS_swapoff, nullptr); },
       Given(SYS_swapoff, {0})},
      {EYRIE_EVENT_mincore, [] { return Call(SYS_mincore, 1l, 2l, 3l); },
       Given(SYS_mincore, {1, 2, 3})},
      // No kernel of today has it.
      {EYRIE_EVENT_lookup_dcookie,
       [] { return Call(SYS_lookup_dcookie, 1l, 2l, 3l); },
       Given(SYS_lookup_dcookie, {1, 2, 3})},
  });
}

TEST_P(OtherCallsTest, RecordCarriesTheResult) {
  Want({EYRIE_EVENT_tee});
  const pid_t child = RunInChild([] {
    Call(SYS_tee, -1, -1, 1l, 0);
    return 0;
  });
  const eyrie_record header = Await(EYRIE_EVENT_tee, child).header();
  EXPECT_EQ(header.result, -EBADF);
  EXPECT_NE(header.flags & EYRIE_RECORD_HAS_RESULT, 0);
}

#ifdef SYS_alarm
TEST_P(OtherCallsTest, OldCalls) {
  ExpectCalls({
      {EYRIE_EVENT_alarm, [] { return Call(SYS_alarm, 0l); },
       Given(SYS_alarm, {0})},
      {EYRIE_EVENT_getpgrp, [] { return Call(SYS_getpgrp); },
       Given(SYS_getpgrp, {})},
      {EYRIE_EVENT_utimes, [] { return Call(SYS_utimes, nullptr, nullptr); },
       Given(SYS_utimes, {0, 0})},
  });
}
#endif

#ifdef __x86_64__
// The number is that of the 32-bit call.
TEST_P(OtherCallsTest, CallsOf32Bits) {
  ExpectCalls({
      {EYRIE_EVENT_getppid,
       [] { return Call32(64, 1, 2, 3, 4, 5, 0xfffffffa); },
       Given(64, {1, 2, 3, 4, 5, 0xfffffffa}), true},
      {EYRIE_EVENT_waitpid, [] { return Call32(7, -1, 0, 1); },
       Given(7, {0xffffffff, 0, 1}), true},
  });
}
#endif

}  // namespace
}  // namespace eyrie::testing

// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call that waits, argument by argument.

#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// Size of the kernel's signal set, bytes.
constexpr long kSetBytes = 8;
// Of 64-bit calls, and of those of 32-bit ones that have 64-bit times.
using Time = timespec;

// The bytes of the polled descriptors, as the list in a record has them.
template <size_t count>
std::string Bytes(const pollfd (&fds)[count]) {
  return std::string(reinterpret_cast<const char*>(fds), sizeof(fds));
}

class WaitCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(WaitCallsTest);

#ifdef SYS_epoll_wait
TEST_P(WaitCallsTest, EpollWait) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event events[5];
  ExpectCalls({
      {EYRIE_EVENT_epoll_wait,
       [&] { return Call(SYS_epoll_wait, epoll, events, 5, 0); },
       {{"res", "0"}, {"maxevents", "5"}}},
      {EYRIE_EVENT_epoll_wait,
       [&] { return Call(SYS_epoll_wait, epoll, events, -1, 0); },
       {{"res", Text(-EINVAL)}, {"maxevents", "-1"}}},
  });
  close(epoll);
}
#endif

#ifdef SYS_poll
TEST_P(WaitCallsTest, Poll) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  pollfd fds[] = {{ends[1], POLLOUT, 0}, {ends[0], POLLIN | POLLPRI, 0}};
  const pollfd ready[] = {{ends[1], POLLOUT, POLLOUT},
                          {ends[0], POLLIN | POLLPRI, 0}};
  ExpectCalls({
      {EYRIE_EVENT_poll,
       [&] { return Call(SYS_poll, fds, 2, -1); },
       {{"res", "1"}, {"fds", Bytes(ready)}, {"timeout", "-1"}}},
      {EYRIE_EVENT_poll,
       [] { return Call(SYS_poll, nullptr, 1, 70); },
       {{"res", Text(-EFAULT)}, {"fds", "(none)"}, {"timeout", "70"}}},
      {EYRIE_EVENT_poll,
       [] { return Call(SYS_poll, nullptr, 0, 0); },
       {{"res", "0"}, {"fds", "(none)"}, {"timeout", "0"}}},
  });
  close(ends[0]);
  close(ends[1]);
}
#endif

TEST_P(WaitCallsTest, PpollTellsTheTimeThatIsLeft) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  pollfd fds[] = {{ends[0], POLLIN, 0}};
  const uint64_t signals = 1ull << 62 | 5;
  Time none = {0, 0};
  Time wrong = {7, 2'000'000'000};
  ExpectCalls({
      {EYRIE_EVENT_ppoll,
       [&] { return Call(SYS_ppoll, fds, 1l, &none, &signals, kSetBytes); },
       {{"res", "0"},
        {"fds", Bytes(fds)},
        {"timeout", "0"},
        {"sigmask", Text(signals)}}},
      {EYRIE_EVENT_ppoll,
       [&] { return Call(SYS_ppoll, fds, 1l, &wrong, nullptr, kSetBytes); },
       {{"res", Text(-EINVAL)},
        {"fds", Bytes(fds)},
        {"timeout", "9000000000"},
        {"sigmask", "0"}}},
  });
  Want({EYRIE_EVENT_ppoll});
  fds[0] = {ends[1], POLLOUT, 0};
  Time minute = {60, 0};
  ASSERT_EQ(Call(SYS_ppoll, fds, 1l, &minute, nullptr, kSetBytes), 1);
  EXPECT_EQ(Await(EYRIE_EVENT_ppoll).Int(&eyrie_ppoll_args::timeout),
            minute.tv_sec * 1'000'000'000 + minute.tv_nsec);
  close(ends[0]);
  close(ends[1]);
}

#ifdef SYS_select
TEST_P(WaitCallsTest, Select) {
  timeval none = {};
  ExpectCalls({
      {EYRIE_EVENT_select,
       [&] { return Call(SYS_select, 0, nullptr, nullptr, nullptr, &none); },
       {{"res", "0"}}},
      {EYRIE_EVENT_select,
       [&] { return Call(SYS_select, -1, nullptr, nullptr, nullptr, &none); },
       {{"res", Text(-EINVAL)}}},
  });
}
#endif

TEST_P(WaitCallsTest, Nanosleep) {
  const Time little = {0, 12'345};
  const Time wrong = {3, 1'000'000'000};
  ExpectCalls({
      {EYRIE_EVENT_nanosleep,
       [&] { return Call(SYS_nanosleep, &little, nullptr); },
       {{"res", "0"}, {"interval", "12345"}}},
      {EYRIE_EVENT_nanosleep,
       [&] { return Call(SYS_nanosleep, &wrong, nullptr); },
       {{"res", Text(-EINVAL)}, {"interval", "4000000000"}}},
      {EYRIE_EVENT_nanosleep,
       [] { return Call(SYS_nanosleep, nullptr, nullptr); },
       {{"res", Text(-EFAULT)}, {"interval", "0"}}},
  });
}

// More nanoseconds than 64 bits hold: as long as the kernel can wait.
TEST_P(WaitCallsTest, TimeHasALongest) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const Time forever = {kMost, -1};
  const Time longest = {kMost / 1'000'000'000 - 1, 1'000'000'000};
  ExpectCalls({
      {EYRIE_EVENT_nanosleep,
       [&] { return Call(SYS_nanosleep, &forever, nullptr); },
       {{"res", Text(-EINVAL)}, {"interval", Text(kMost)}}},
      {EYRIE_EVENT_nanosleep,
       [&] { return Call(SYS_nanosleep, &longest, nullptr); },
       {{"res", Text(-EINVAL)}, {"interval", "9223372036000000000"}}},
  });
}

TEST_P(WaitCallsTest, Futex) {
  uint32_t word = 5;
  ExpectCalls({
      {EYRIE_EVENT_futex,
       [&] { return Call(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 3); },
       {{"res", "0"},
        {"addr", Text(&word)},
        {"op", Text(FUTEX_WAKE_PRIVATE)},
        {"val", "3"}}},
      {EYRIE_EVENT_futex,
       [&] { return Call(SYS_futex, &word, FUTEX_WAIT, 6, nullptr); },
       {{"res", Text(-EAGAIN)},
        {"addr", Text(&word)},
        {"op", Text(FUTEX_WAIT)},
        {"val", "6"}}},
  });
}

#ifdef __x86_64__
struct NarrowTime {
  int32_t seconds;
  int32_t nanoseconds;
};

TEST_P(WaitCallsTest, TimesOf32Bits) {
  LowMemory<NarrowTime> narrow;
  LowMemory<Time> wide;
  *narrow = {3, 1'000'000'000};
  *wide = {0x100000000, 1'000'000'000};
  ExpectCalls({
      {EYRIE_EVENT_nanosleep,
       [&] { return Call32(162, narrow.address()); },
       {{"res", Text(-EINVAL)}, {"interval", "4000000000"}},
       true},
      {EYRIE_EVENT_ppoll,
       [&] { return Call32(309, 0, 0, narrow.address(), 0, kSetBytes); },
       {{"res", Text(-EINVAL)},
        {"fds", "(none)"},
        {"timeout", "4000000000"},
        {"sigmask", "0"}},
       true},
      // ppoll_time64
      {EYRIE_EVENT_ppoll,
       [&] { return Call32(414, 0, 0, wide.address(), 0, kSetBytes); },
       {{"res", Text(-EINVAL)},
        {"fds", "(none)"},
        {"timeout", Text((0x100000000 + 1) * 1'000'000'000)},
        {"sigmask", "0"}},
       true},
  });
}

TEST_P(WaitCallsTest, FutexOf32Bits) {
  LowMemory<uint32_t> word;
  *word = 1;
  const ArgumentTexts arguments = {{"res", Text(-EAGAIN)},
                                   {"addr", Text(word.address())},
                                   {"op", Text(FUTEX_WAIT)},
                                   {"val", Text(0xffffffff)}};
  const auto wait = [&](long number) {
    return
        [&, number] { return Call32(number, word.address(), FUTEX_WAIT, -1); };
  };
  ExpectCalls({
      {EYRIE_EVENT_futex, wait(240), arguments, true},
      // futex_time64
      {EYRIE_EVENT_futex, wait(422), arguments, true},
  });
}
#endif

}  // namespace
}  // namespace eyrie::testing

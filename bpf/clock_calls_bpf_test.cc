// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call that sets a clock, argument by argument. No test sets
// one: the calls fail, or are made without the capability.

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include <cerrno>
#include <cstdint>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kUser = 4242;

// Makes the call as a user who may set no clock.
template <typename... Arguments>
long CallAsUser(Arguments... arguments) {
  if (Call(SYS_setuid, kUser) != 0) return 1;
  return Call(arguments...);
}

class ClockCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(ClockCallsTest);

TEST_P(ClockCallsTest, ClockSettime) {
  const timespec now = {1'600'000'000, 5};
  const timespec wrong = {1, -1};
  ExpectCalls({
      {EYRIE_EVENT_clock_settime,
       [&] { return CallAsUser(SYS_clock_settime, CLOCK_REALTIME, &now); },
       {{"res", Text(-EPERM)},
        {"clockid", Text(CLOCK_REALTIME)},
        {"time", "1600000000000000005"}}},
      {EYRIE_EVENT_clock_settime,
       [&] { return CallAsUser(SYS_clock_settime, -1, &now); },
       {{"res", Text(-EINVAL)},
        {"clockid", "-1"},
        {"time", "1600000000000000005"}}},
      {EYRIE_EVENT_clock_settime,
       [&] { return CallAsUser(SYS_clock_settime, CLOCK_REALTIME, &wrong); },
       {{"res", Text(-EINVAL)},
        {"clockid", Text(CLOCK_REALTIME)},
        {"time", "999999999"}}},
  });
}

TEST_P(ClockCallsTest, Settimeofday) {
  const timeval now = {1'600'000'000, 7};
  ExpectCalls({
      {EYRIE_EVENT_settimeofday,
       [&] { return CallAsUser(SYS_settimeofday, &now, nullptr); },
       {{"res", Text(-EPERM)}, {"time", "1600000000000007000"}}},
      // Nothing is set.
      {EYRIE_EVENT_settimeofday,
       [] { return Call(SYS_settimeofday, nullptr, nullptr); },
       {{"res", "0"}, {"time", "0"}}},
  });
}

#ifdef __x86_64__
struct NarrowTime {
  int32_t seconds;
  int32_t parts;
};

long Call32AsUser(long number, uint32_t a, uint32_t b) {
  if (Call(SYS_setuid, kUser) != 0) return 1;
  return Call32(number, a, b);
}

TEST_P(ClockCallsTest, TimesOf32Bits) {
  LowMemory<NarrowTime> narrow;
  LowMemory<timespec> wide;
  *narrow = {1'600'000'000, 8};
  *wide = {0x100000000, 9};
  ExpectCalls({
      {EYRIE_EVENT_settimeofday,
       [&] { return Call32AsUser(79, narrow.address(), 0); },
       {{"res", Text(-EPERM)}, {"time", "1600000000000008000"}},
       true},
      {EYRIE_EVENT_clock_settime,
       [&] { return Call32AsUser(264, CLOCK_REALTIME, narrow.address()); },
       {{"res", Text(-EPERM)},
        {"clockid", Text(CLOCK_REALTIME)},
        {"time", "1600000000000000008"}},
       true},
      // clock_settime64
      {EYRIE_EVENT_clock_settime,
       [&] { return Call32AsUser(404, CLOCK_REALTIME, wide.address()); },
       {{"res", Text(-EPERM)},
        {"clockid", Text(CLOCK_REALTIME)},
        {"time", "4294967296000000009"}},
       true},
  });
}
#endif

}  // namespace
}  // namespace eyrie::testing

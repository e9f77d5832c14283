// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call about signals, argument by argument.

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

// Larger than any process id.
constexpr int kNoProcess = 0x7fffffff;
// Signals that nobody minds.
constexpr int kHarmless = SIGURG;
constexpr int kNoSignal = 99;
// Size of the kernel's signal set, bytes.
constexpr long kSetBytes = 8;

class SignalCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(SignalCallsTest);

TEST_P(SignalCallsTest, Kill) {
  ExpectCalls({
      {EYRIE_EVENT_kill,
       [] { return Call(SYS_kill, getppid(), 0); },
       {{"res", "0"}, {"pid", Text(getpid())}, {"sig", "0"}}},
      {EYRIE_EVENT_kill,
       [] { return Call(SYS_kill, -kNoProcess, kHarmless); },
       {{"res", Text(-ESRCH)},
        {"pid", Text(-kNoProcess)},
        {"sig", Text(kHarmless)}}},
  });
}

TEST_P(SignalCallsTest, Tkill) {
  ExpectCalls({
      {EYRIE_EVENT_tkill,
       [] { return Call(SYS_tkill, getppid(), kHarmless); },
       {{"res", "0"}, {"tid", Text(getpid())}, {"sig", Text(kHarmless)}}},
      {EYRIE_EVENT_tkill,
       [] { return Call(SYS_tkill, -1, kHarmless); },
       {{"res", Text(-EINVAL)}, {"tid", "-1"}, {"sig", Text(kHarmless)}}},
  });
}

TEST_P(SignalCallsTest, Tgkill) {
  ExpectCalls({
      {EYRIE_EVENT_tgkill,
       [] { return Call(SYS_tgkill, getppid(), getppid(), kHarmless); },
       {{"res", "0"},
        {"pid", Text(getpid())},
        {"tid", Text(getpid())},
        {"sig", Text(kHarmless)}}},
      {EYRIE_EVENT_tgkill,
       [] { return Call(SYS_tgkill, 1, getppid(), kHarmless); },
       {{"res", Text(-ESRCH)},
        {"pid", "1"},
        {"tid", Text(getpid())},
        {"sig", Text(kHarmless)}}},
  });
}

// A killer that does not live to see the end of its call: it ends like any
// other, before the signal is handled.
TEST_P(SignalCallsTest, KillOfTheCaller) {
  Want({EYRIE_EVENT_kill});
  int status = 0;
  const pid_t child = RunInChild(
      [] { return static_cast<int>(Call(SYS_kill, getpid(), SIGKILL)); },
      &status);
  EXPECT_EQ(status, SIGKILL);
  ExpectArguments(Await(EYRIE_EVENT_kill, child),
                  {{"res", "0"}, {"pid", Text(child)}, {"sig", Text(SIGKILL)}});
}

TEST_P(SignalCallsTest, RtSigqueueinfo) {
  siginfo_t info = {};
  info.si_code = SI_QUEUE;
  ExpectCalls({
      {EYRIE_EVENT_rt_sigqueueinfo,
       [&] { return Call(SYS_rt_sigqueueinfo, getppid(), kHarmless, &info); },
       {{"res", "0"}, {"pid", Text(getpid())}, {"sig", Text(kHarmless)}}},
      {EYRIE_EVENT_rt_sigqueueinfo,
       [&] { return Call(SYS_rt_sigqueueinfo, getppid(), kNoSignal, &info); },
       {{"res", Text(-EINVAL)},
        {"pid", Text(getpid())},
        {"sig", Text(kNoSignal)}}},
  });
}

TEST_P(SignalCallsTest, Signalfd4) {
  Want({EYRIE_EVENT_signalfd4});
  const uint64_t signals = 1 << (kHarmless - 1);
  const long fd =
      Call(SYS_signalfd4, -1, &signals, kSetBytes, O_CLOEXEC | O_NONBLOCK);
  ASSERT_GE(fd, 0);
  const ArgumentTexts descriptor = DescriptorTexts(fd, "anon_inode:[signalfd]");
  ExpectArguments(Await(EYRIE_EVENT_signalfd4),
                  Join({{"res", Text(fd)},
                        {"flags", Text(O_CLOEXEC | O_NONBLOCK)},
                        {"fd", "-1"},
                        {"mask", Text(signals)}},
                       descriptor));
  const uint64_t more = 1ull << 63 | 3;
  ExpectCalls({
      // A new set for an old descriptor. Of the set the lower half is told.
      {EYRIE_EVENT_signalfd4,
       [&] { return Call(SYS_signalfd4, fd, &more, kSetBytes, 0); },
       Join(
           {{"res", Text(fd)}, {"flags", "0"}, {"fd", Text(fd)}, {"mask", "3"}},
           descriptor)},
      {EYRIE_EVENT_signalfd4,
       [&] { return Call(SYS_signalfd4, -1, &more, 3l, 0); },
       Join({{"res", Text(-EINVAL)},
             {"flags", "0"},
             {"fd", "-1"},
             {"mask", "3"}},
            NoDescriptorTexts())},
  });
  close(static_cast<int>(fd));
}

#ifdef SYS_signalfd
TEST_P(SignalCallsTest, Signalfd) {
  Want({EYRIE_EVENT_signalfd});
  const uint64_t signals = 1 << (kHarmless - 1);
  const long fd = Call(SYS_signalfd, -1, &signals, kSetBytes);
  ASSERT_GE(fd, 0);
  ExpectArguments(Await(EYRIE_EVENT_signalfd),
                  Join({{"res", Text(fd)},
                        {"fd", "-1"},
                        {"mask", Text(signals)},
                        {"flags", "0"}},
                       DescriptorTexts(fd, "anon_inode:[signalfd]")));
  close(static_cast<int>(fd));
  ExpectCalls({{EYRIE_EVENT_signalfd,
                [&] { return Call(SYS_signalfd, 999, &signals, kSetBytes); },
                Join({{"res", Text(-EBADF)},
                      {"fd", "999"},
                      {"mask", Text(signals)},
                      {"flags", "0"}},
                     NoDescriptorTexts())}});
}
#endif

#ifdef __x86_64__
TEST_P(SignalCallsTest, SignalsOf32Bits) {
  LowMemory<uint32_t[2]> set;
  (*set)[0] = 0x80000001;
  ExpectCalls({
      {EYRIE_EVENT_kill,
       [] { return Call32(37, -kNoProcess, kHarmless); },
       {{"res", Text(-ESRCH)},
        {"pid", Text(-kNoProcess)},
        {"sig", Text(kHarmless)}},
       true},
      {EYRIE_EVENT_signalfd4,
       [&] { return Call32(327, -1, set.address(), kSetBytes, 0x7); },
       Join({{"res", Text(-EINVAL)},
             {"flags", "7"},
             {"fd", "-1"},
             {"mask", Text(0x80000001)}},
            NoDescriptorTexts()),
       true},
  });
}
#endif

}  // namespace
}  // namespace eyrie::testing

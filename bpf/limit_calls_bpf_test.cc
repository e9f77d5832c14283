// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call about resource limits, argument by argument.

#include <sys/resource.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

constexpr int kNoResource = 77;

class LimitCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(LimitCallsTest);

TEST_P(LimitCallsTest, Getrlimit) {
  rlimit core = {};
  getrlimit(RLIMIT_CORE, &core);
  rlimit limit = {11, 12};
  ExpectCalls({
      {EYRIE_EVENT_getrlimit,
       [&] { return Call(SYS_getrlimit, RLIMIT_CORE, &limit); },
       {{"res", "0"},
        {"cur", Text(core.rlim_cur)},
        {"max", Text(core.rlim_max)},
        {"resource", Text(RLIMIT_CORE)}}},
      // What the caller had there is no limit.
      {EYRIE_EVENT_getrlimit,
       [&] { return Call(SYS_getrlimit, kNoResource, &limit); },
       {{"res", Text(-EINVAL)},
        {"cur", "-1"},
        {"max", "-1"},
        {"resource", Text(kNoResource)}}},
  });
}

TEST_P(LimitCallsTest, Setrlimit) {
  const rlimit core = {4096, RLIM_INFINITY};
  const rlimit wrong = {5, 4};
  ExpectCalls({
      {EYRIE_EVENT_setrlimit,
       [&] { return Call(SYS_setrlimit, RLIMIT_CORE, &core); },
       {{"res", "0"},
        {"cur", "4096"},
        {"max", "-1"},
        {"resource", Text(RLIMIT_CORE)}}},
      {EYRIE_EVENT_setrlimit,
       [&] { return Call(SYS_setrlimit, RLIMIT_CORE, &wrong); },
       {{"res", Text(-EINVAL)},
        {"cur", "5"},
        {"max", "4"},
        {"resource", Text(RLIMIT_CORE)}}},
      {EYRIE_EVENT_setrlimit,
       [&] { return Call(SYS_setrlimit, RLIMIT_CORE, nullptr); },
       {{"res", Text(-EFAULT)},
        {"cur", "-1"},
        {"max", "-1"},
        {"resource", Text(RLIMIT_CORE)}}},
  });
}

TEST_P(LimitCallsTest, Prlimit) {
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  const rlimit fewer = {64, files.rlim_max};
  rlimit old = {11, 12};
  ExpectCalls({
      {EYRIE_EVENT_prlimit,
       [&] { return Call(SYS_prlimit64, 0, RLIMIT_NOFILE, &fewer, &old); },
       {{"res", "0"},
        {"newcur", "64"},
        {"newmax", Text(files.rlim_max)},
        {"oldcur", Text(files.rlim_cur)},
        {"oldmax", Text(files.rlim_max)},
        {"pid", "0"},
        {"resource", Text(RLIMIT_NOFILE)}}},
      {EYRIE_EVENT_prlimit,
       [&] { return Call(SYS_prlimit64, 0, RLIMIT_NOFILE, nullptr, nullptr); },
       {{"res", "0"},
        {"newcur", "-1"},
        {"newmax", "-1"},
        {"oldcur", "-1"},
        {"oldmax", "-1"},
        {"pid", "0"},
        {"resource", Text(RLIMIT_NOFILE)}}},
      // What the caller had in `old` is no limit.
      {EYRIE_EVENT_prlimit,
       [&] { return Call(SYS_prlimit64, -5, RLIMIT_NOFILE, &fewer, &old); },
       {{"res", Text(-ESRCH)},
        {"newcur", "64"},
        {"newmax", Text(files.rlim_max)},
        {"oldcur", "-1"},
        {"oldmax", "-1"},
        {"pid", "-5"},
        {"resource", Text(RLIMIT_NOFILE)}}},
  });
}

#ifdef __x86_64__
struct NarrowLimit {
  uint32_t cur;
  uint32_t max;
};

TEST_P(LimitCallsTest, LimitsOf32Bits) {
  LowMemory<NarrowLimit> limit;
  *limit = {3000000000, 0xffffffff};
  ExpectCalls({
      {EYRIE_EVENT_setrlimit,
       [&] { return Call32(75, RLIMIT_FSIZE, limit.address()); },
       {{"res", "0"},
        {"cur", "3000000000"},
        {"max", "-1"},
        {"resource", Text(RLIMIT_FSIZE)}},
       true},
      {EYRIE_EVENT_getrlimit,
       [&] {
         const rlimit files = {64, 128};
         setrlimit(RLIMIT_NOFILE, &files);
         return Call32(191, RLIMIT_NOFILE, limit.address());
       },
       {{"res", "0"},
        {"cur", "64"},
        {"max", "128"},
        {"resource", Text(RLIMIT_NOFILE)}},
       true},
      // The older call, which knows no limits of 2 GiB and more.
      {EYRIE_EVENT_getrlimit,
       [&] {
         const rlimit size = {RLIM_INFINITY, RLIM_INFINITY};
         setrlimit(RLIMIT_FSIZE, &size);
         return Call32(76, RLIMIT_FSIZE, limit.address());
       },
       {{"res", "0"},
        {"cur", Text(0x7fffffff)},
        {"max", Text(0x7fffffff)},
        {"resource", Text(RLIMIT_FSIZE)}},
       true},
  });
}

TEST_P(LimitCallsTest, PrlimitOf32BitsHas64BitLimits) {
  LowMemory<rlimit> core;
  *core = {0x500000000, RLIM_INFINITY};
  ExpectCalls({{EYRIE_EVENT_prlimit,
                [&] { return Call32(340, 0, RLIMIT_CORE, core.address()); },
                {{"res", "0"},
                 {"newcur", Text(0x500000000)},
                 {"newmax", "-1"},
                 {"oldcur", "-1"},
                 {"oldmax", "-1"},
                 {"pid", "0"},
                 {"resource", Text(RLIMIT_CORE)}},
                true}});
}
#endif

}  // namespace
}  // namespace eyrie::testing

// SPDX-License-Identifier: Apache-2.0
//
// Each event of a call that lets a program look into the kernel, argument by
// argument: bpf() and perf_event_open().

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"

#include "bpf/testing/call_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class TracingCallsTest : public CallTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(TracingCallsTest);

TEST_P(TracingCallsTest, Bpf) {
  bpf_attr map = {};
  map.map_type = BPF_MAP_TYPE_ARRAY;
  map.key_size = 4;
  map.value_size = 8;
  map.max_entries = 1;
  Want({EYRIE_EVENT_bpf});
  const long fd = Call(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map));
  ASSERT_GE(fd, 0);
  // The sensor makes such calls, too.
  ExpectArguments(Await(EYRIE_EVENT_bpf, getpid(),
                        [](const Record& record) {
                          return record.Int(&eyrie_bpf_args::cmd) ==
                                 BPF_MAP_CREATE;
                        }),
                  {{"fd", Text(fd)}, {"cmd", Text(BPF_MAP_CREATE)}});
  close(static_cast<int>(fd));
  ExpectCalls({{EYRIE_EVENT_bpf,
                [&] { return Call(SYS_bpf, 9999, &map, sizeof(map)); },
                {{"fd", Text(-EINVAL)}, {"cmd", "9999"}}}});
}

TEST_P(TracingCallsTest, PerfEventOpen) {
  perf_event_attr clock = {};
  clock.type = PERF_TYPE_SOFTWARE;
  clock.size = sizeof(clock);
  clock.config = PERF_COUNT_SW_TASK_CLOCK;
  Want({EYRIE_EVENT_perf_event_open});
  const long fd =
      Call(SYS_perf_event_open, &clock, 0, -1, -1, long{PERF_FLAG_FD_CLOEXEC});
  ASSERT_GE(fd, 0);
  ExpectArguments(Await(EYRIE_EVENT_perf_event_open),
                  {{"fd", Text(fd)},
                   {"type", Text(PERF_TYPE_SOFTWARE)},
                   {"config", Text(PERF_COUNT_SW_TASK_CLOCK)},
                   {"pid", "0"},
                   {"cpu", "-1"},
                   {"flags", Text(PERF_FLAG_FD_CLOEXEC)}});
  close(static_cast<int>(fd));
  ExpectCalls({
      {EYRIE_EVENT_perf_event_open,
       [] { return Call(SYS_perf_event_open, nullptr, -1, 3, -1, 0l); },
       {{"fd", Text(-EFAULT)},
        {"type", "0"},
        {"config", "0"},
        {"pid", "-1"},
        {"cpu", "3"},
        {"flags", "0"}}},
  });
}

}  // namespace
}  // namespace eyrie::testing

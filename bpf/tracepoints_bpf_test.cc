// SPDX-License-Identifier: Apache-2.0
//
// Events that are no system calls: signals, switches of threads, page faults.

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "bpf/testing/sensor_test.h"
#include "proto/record.h"

namespace eyrie::testing {
namespace {

class TracepointsTest : public SensorTest {};
EYRIE_INSTANTIATE_SENSOR_TEST(TracepointsTest);

TEST_P(TracepointsTest, DeliveredSignalNamesItsSender) {
  Want({EYRIE_EVENT_signaldeliver});
  const pid_t child = RunInChild([] {
    signal(SIGUSR1, [](int) {});
    kill(getpid(), SIGUSR1);
    return 0;
  });
  ExpectArguments(Await(EYRIE_EVENT_signaldeliver, child),
                  {{"spid", absl::StrCat(child)},
                   {"dpid", absl::StrCat(child)},
                   {"sig", absl::StrCat(SIGUSR1)}});
}

// The kernel turns it into SIGKILL before it is delivered, and forgets who sent
// it.
TEST_P(TracepointsTest, SignalThatEndsItsProcessIsDeliveredAsKill) {
  Want({EYRIE_EVENT_signaldeliver});
  const pid_t child = RunInChild([] { return kill(getpid(), SIGTERM); });
  ExpectArguments(Await(EYRIE_EVENT_signaldeliver, child),
                  {{"spid", "0"},
                   {"dpid", absl::StrCat(child)},
                   {"sig", absl::StrCat(SIGKILL)}});
}

TEST_P(TracepointsTest, SignalOfTheKernelHasNoSender) {
  Want({EYRIE_EVENT_signaldeliver});
  const pid_t child = RunInChild([] {
    *static_cast<volatile int*>(nullptr) = 1;
    return 0;
  });
  ExpectArguments(Await(EYRIE_EVENT_signaldeliver, child),
                  {{"spid", "0"},
                   {"dpid", absl::StrCat(child)},
                   {"sig", absl::StrCat(SIGSEGV)}});
}

TEST_P(TracepointsTest, SwitchNamesWhoGoesOn) {
  Want({EYRIE_EVENT_switch});
  usleep(1000);
  const Record record = Await(EYRIE_EVENT_switch);
  ExpectArguments(record, {{"next", kAnything},
                           {"pgft_maj", kAnything},
                           {"pgft_min", kAnything},
                           {"vm_size", kAnything},
                           {"vm_rss", kAnything},
                           {"vm_swap", "0"}});
  EXPECT_GT(record.Int(&eyrie_switch_args::vm_size), 1000);
  EXPECT_GT(record.Int(&eyrie_switch_args::pgft_min), 0);
}

TEST_P(TracepointsTest, PageFaultHasItsAddress) {
  Want({EYRIE_EVENT_page_fault});
  auto* page =
      static_cast<volatile char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  page[100] = 1;
  const auto address = reinterpret_cast<int64_t>(page + 100);
  const Record record = Await(
      EYRIE_EVENT_page_fault, getpid(), [address](const Record& candidate) {
        return candidate.Int(&eyrie_page_fault_args::addr) == address;
      });
  // A write by user code to a page that is not there.
  ExpectArguments(
      record,
      {{"addr", absl::StrCat(address)}, {"ip", kAnything}, {"error", "6"}});
  EXPECT_NE(record.Int(&eyrie_page_fault_args::ip), 0);
}

TEST_P(TracepointsTest, NothingIsAttachedThatNobodyWants) {
  const auto attached = [this] {
    uint64_t sum = 0;
    for (const auto& hooks : source()->Hooks()) sum += hooks.count;
    return sum;
  };
  Want({EYRIE_EVENT_signaldeliver});
  EXPECT_EQ(attached(), 0u);
  Want({EYRIE_EVENT_openat});
  EXPECT_GT(attached(), 0u);
  Want({});
  EXPECT_EQ(attached(), 0u);
}

}  // namespace
}  // namespace eyrie::testing

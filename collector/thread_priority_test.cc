// SPDX-License-Identifier: Apache-2.0

#include "collector/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

#include <thread>

#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

int Nice() { return getpriority(PRIO_PROCESS, 0); }

TEST(ThreadPriorityTest, ChangesTheCallingThreadAlone) {
  const int before = Nice();
  // A higher value needs no privilege.
  const int wanted = before < 19 ? before + 1 : before;
  int after = -100;
  std::thread([&] {
    EXPECT_OK(SetThreadNice(wanted));
    after = Nice();
  }).join();
  EXPECT_EQ(after, wanted);
  EXPECT_EQ(Nice(), before);
}

TEST(ThreadPriorityTest, TellsWhatWasRefused) {
  if (geteuid() == 0) {
    // Root may do it, unless a container took CAP_SYS_NICE away.
    std::thread([] {
      const absl::Status status = SetThreadNice(-10);
      EXPECT_EQ(status.ok(), Nice() == -10) << status;
    }).join();
    return;
  }
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NICE, &limit), 0);
  if (limit.rlim_cur != 0) return;
  const absl::Status status = SetThreadNice(-10);
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_NE(status.message().find("nice value to -10"), std::string::npos);
}

}  // namespace
}  // namespace eyrie::collector

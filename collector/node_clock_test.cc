// SPDX-License-Identifier: Apache-2.0

#include "collector/node_clock.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/time/clock.h"

namespace eyrie::collector {
namespace {

TEST(NodeClockTest, BootTimeAndOffsetGiveTheTimeOfDay) {
  const NodeClock* clock = NodeClock::Real();
  const int64_t told =
      static_cast<int64_t>(clock->BootNs()) + clock->OffsetNs();
  const int64_t real = absl::GetCurrentTimeNanos();
  // The readings are not at once, and the machine may be busy.
  EXPECT_LT(std::abs(real - told), int64_t{2'000'000'000});
}

TEST(NodeClockTest, BootTimeDoesNotGoBack) {
  const NodeClock* clock = NodeClock::Real();
  uint64_t last = clock->BootNs();
  for (int i = 0; i < 1000; ++i) {
    const uint64_t now = clock->BootNs();
    ASSERT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace eyrie::collector

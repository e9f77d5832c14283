// SPDX-License-Identifier: Apache-2.0
//
// Tests of Clock.

#include "common/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

TEST(ClockTest, RealClockIsTheMachines) {
  const absl::Time before = absl::Now();
  const absl::Time now = Clock::Real()->Now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, absl::Now());
  EXPECT_EQ(Clock::Real(), Clock::Real());
}

TEST(ClockTest, SimulatedClockMovesOnlyWhenItIsTold) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  SimulatedClock clock(start);
  EXPECT_EQ(clock.Now(), start);
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), start + absl::Seconds(5));
}

}  // namespace
}  // namespace eyrie

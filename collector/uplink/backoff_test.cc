// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/backoff.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/random/random.h"

namespace eyrie::collector {
namespace {

TEST(BackoffTest, BoundsDoubleFromTheSecondAttempt) {
  absl::BitGen random;
  Backoff backoff({}, random);
  const std::vector<absl::Duration> bounds = {
      absl::Milliseconds(100), absl::Seconds(1),  absl::Seconds(2),
      absl::Seconds(4),        absl::Seconds(8),  absl::Seconds(16),
      absl::Seconds(32),       absl::Seconds(60), absl::Seconds(60)};
  for (const absl::Duration bound : bounds) {
    EXPECT_EQ(backoff.bound(), bound);
    const absl::Duration wait = backoff.Next();
    EXPECT_GE(wait, absl::ZeroDuration());
    EXPECT_LE(wait, bound);
  }
  backoff.Reset();
  EXPECT_EQ(backoff.bound(), absl::Milliseconds(100));
}

TEST(BackoffTest, BoundStaysAfterVeryManyAttempts) {
  absl::BitGen random;
  Backoff backoff({}, random);
  for (int i = 0; i < 10'000; ++i) backoff.Next();
  EXPECT_EQ(backoff.bound(), absl::Seconds(60));
}

TEST(BackoffTest, WaitsSpreadOverTheWholeRange) {
  absl::BitGen random;
  BackoffOptions options;
  options.first = options.base = options.max = absl::Seconds(1);
  Backoff backoff(options, random);
  int low = 0;
  int high = 0;
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration wait = backoff.Next();
    if (wait < absl::Milliseconds(250)) ++low;
    if (wait > absl::Milliseconds(750)) ++high;
  }
  // 250 each are expected; 150 is seven standard deviations away.
  EXPECT_GT(low, 150);
  EXPECT_GT(high, 150);
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/token_bucket.h"

#include <gtest/gtest.h>

namespace eyrie::server {
namespace {

TEST(TokenBucketTest, LetsInWhatTheRateAllows) {
  SimulatedClock clock(absl::UnixEpoch());
  TokenBucket bucket(100, &clock);
  EXPECT_EQ(bucket.Delay(), absl::ZeroDuration());
  bucket.Pay(350);  // one second in stock, two and a half of debt
  EXPECT_GT(bucket.Delay(), absl::Seconds(2.5));
  clock.Advance(absl::Seconds(2.4));
  EXPECT_GT(bucket.Delay(), absl::ZeroDuration());
  clock.Advance(absl::Seconds(0.2));
  EXPECT_EQ(bucket.Delay(), absl::ZeroDuration());
}

TEST(TokenBucketTest, SavesNoMoreThanASecond) {
  SimulatedClock clock(absl::UnixEpoch());
  TokenBucket bucket(10, &clock);
  clock.Advance(absl::Hours(1));
  bucket.Pay(10);
  EXPECT_GT(bucket.Delay(), absl::ZeroDuration());
}

TEST(TokenBucketTest, AClockSetBackGivesNothing) {
  SimulatedClock clock(absl::UnixEpoch());
  TokenBucket bucket(10, &clock);
  bucket.Pay(20);
  clock.Advance(-absl::Hours(1));
  EXPECT_GT(bucket.Delay(), absl::ZeroDuration());
  clock.Advance(absl::Seconds(2));
  EXPECT_EQ(bucket.Delay(), absl::ZeroDuration());
}

TEST(TokenBucketTest, WithoutARateLetsAllIn) {
  SimulatedClock clock(absl::UnixEpoch());
  TokenBucket bucket(0, &clock);
  bucket.Pay(1e9);
  EXPECT_EQ(bucket.Delay(), absl::ZeroDuration());
}

}  // namespace
}  // namespace eyrie::server

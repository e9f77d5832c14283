// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/spool.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "eyrie/v1/event.pb.h"

namespace eyrie::collector {
namespace {

constexpr uint64_t kRun = 77;

// A batch whose body is a record field of about `bytes` bytes.
Batch MakeBatch(size_t bytes, uint32_t records = 1) {
  v1::EventBatch message;
  message.set_records(std::string(bytes, 'r'));
  Batch batch;
  batch.body = message.SerializeAsString();
  batch.records = records;
  batch.counts = {{21, records - 1}, {1, 1}};
  return batch;
}

// What a batch of that body takes at most in the spool.
size_t Takes(const Batch& batch) {
  return batch.body.size() + kBatchIdentityBytes;
}

TEST(SpoolTest, NumbersBatchesOfTheRunFromOne) {
  Spool spool(kRun, 1 << 20);
  EXPECT_EQ(spool.first_sequence(), 1);
  ASSERT_TRUE(spool.Add(MakeBatch(10)));
  ASSERT_TRUE(spool.Add(MakeBatch(20)));
  for (uint64_t sequence = 1; sequence <= 2; ++sequence) {
    const auto batch = spool.Get(sequence);
    ASSERT_NE(batch, nullptr);
    EXPECT_EQ(batch->sequence, sequence);
    v1::EventBatch message;
    ASSERT_TRUE(message.ParseFromString(batch->bytes));
    EXPECT_EQ(message.run_id(), kRun);
    EXPECT_EQ(message.sequence(), sequence);
    EXPECT_EQ(message.records().size(), 10 * sequence);
  }
  EXPECT_EQ(spool.Get(0), nullptr);
  EXPECT_EQ(spool.Get(3), nullptr);
  EXPECT_EQ(spool.stats().last_sequence, 2);
}

TEST(SpoolTest, AcknowledgementIsCumulative) {
  Spool spool(kRun, 1 << 20);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(spool.Add(MakeBatch(10, 3)));
  spool.AckThrough(3);
  EXPECT_EQ(spool.Get(3), nullptr);
  EXPECT_NE(spool.Get(4), nullptr);
  EXPECT_EQ(spool.first_sequence(), 4);
  EXPECT_EQ(spool.stats().batches, 2);
  EXPECT_EQ(spool.stats().records, 6);
  spool.AckThrough(2);  // older
  EXPECT_EQ(spool.first_sequence(), 4);
  spool.AckThrough(99);  // never given
  EXPECT_EQ(spool.first_sequence(), 6);
  EXPECT_TRUE(spool.empty());
  EXPECT_EQ(spool.stats().bytes, 0);
  ASSERT_TRUE(spool.Add(MakeBatch(10)));
  EXPECT_NE(spool.Get(6), nullptr) << "the numbers go on";
}

TEST(SpoolTest, FullSpoolRefusesTheNewestAndCountsByType) {
  const Batch batch = MakeBatch(100, 5);
  Spool spool(kRun, 2 * Takes(batch));
  ASSERT_TRUE(spool.Add(batch));
  ASSERT_TRUE(spool.Add(batch)) << "fits exactly";
  EXPECT_FALSE(spool.Add(batch));
  EXPECT_FALSE(spool.Add(batch));
  EXPECT_EQ(spool.refused(), (std::map<uint16_t, uint64_t>{{1, 2}, {21, 8}}));
  EXPECT_EQ(spool.stats().refused_batches, 2);
  EXPECT_EQ(spool.stats().last_sequence, 2) << "no hole";
  EXPECT_NE(spool.Get(1), nullptr) << "the oldest stays";
  spool.AckThrough(1);
  EXPECT_TRUE(spool.Add(batch));
  EXPECT_NE(spool.Get(3), nullptr);
}

TEST(SpoolTest, AddOrWaitWaitsForRoom) {
  const Batch batch = MakeBatch(100);
  Spool spool(kRun, Takes(batch));
  ASSERT_TRUE(spool.Add(batch));
  Batch next = batch;
  EXPECT_FALSE(spool.AddOrWait(&next, absl::Now() + absl::Milliseconds(1)));
  EXPECT_EQ(spool.stats().refused_batches, 0);
  EXPECT_EQ(next.body, batch.body) << "still the caller's";
  std::thread server([&spool] { spool.AckThrough(1); });
  EXPECT_TRUE(spool.AddOrWait(&next, absl::InfiniteFuture()));
  server.join();
  EXPECT_NE(spool.Get(2), nullptr);
}

TEST(SpoolTest, AwaitEmptyWaitsForTheLastAcknowledgement) {
  Spool spool(kRun, 1 << 20);
  EXPECT_TRUE(spool.AwaitEmpty(absl::InfinitePast()));
  ASSERT_TRUE(spool.Add(MakeBatch(10)));
  EXPECT_FALSE(spool.AwaitEmpty(absl::Now()));
  std::thread server([&spool] { spool.AckThrough(1); });
  EXPECT_TRUE(spool.AwaitEmpty(absl::InfiniteFuture()));
  server.join();
}

}  // namespace
}  // namespace eyrie::collector

// SPDX-License-Identifier: Apache-2.0
//
// What the store keeps when the power fails or the disk is full.

#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/testing/status_matchers.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/store.h"
#include "server/storage/testing/consistency.h"
#include "server/storage/testing/power_failure_file_system.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using testing::CheckConsistency;
using testing::PowerFailureFileSystem;
using testing::SampleDetection;
using testing::SampleId;
using testing::SampleIncident;
using testing::ScratchDirectory;

// Acks `sequence`; every third commit has no detection, so it is not synced.
Commit CommitOf(uint64_t sequence) {
  Commit commit;
  commit.acks.push_back({"n1", 7, sequence});
  if (sequence % 3 == 0) return commit;
  commit.incidents.push_back(SampleIncident({.number = 1}));
  commit.incidents[0].set_count(sequence);
  commit.detections.push_back(
      SampleDetection({.number = sequence, .ballast = 500}));
  commit.detections[0].set_incident_id(SampleId(1));
  return commit;
}

uint64_t Seed() {
  const char* const text = std::getenv("EYRIE_CRASH_SEED");
  uint64_t seed = 0;
  if (text == nullptr || !absl::SimpleAtoi(text, &seed)) {
    seed = std::random_device()();
  }
  std::printf("EYRIE_CRASH_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

// Checks that the store is as it was after some commit; returns its sequence.
uint64_t CheckIsAState(const std::string& directory) {
  uint64_t acked = 0;
  {
    const auto store = RocksDbStore::Open({.directory = directory});
    EXPECT_THAT(store, IsOk());
    if (!store.ok()) return 0;
    acked = *(*store)->AckedSequence("n1", 7);
  }
  const auto content = CheckConsistency(directory);
  EXPECT_THAT(content, IsOk());
  if (!content.ok()) return 0;
  uint64_t detections = 0;
  for (uint64_t sequence = 1; sequence <= acked; ++sequence) {
    if (sequence % 3 == 0) continue;
    ++detections;
    EXPECT_TRUE(content->detections.contains(
        SampleDetection({.number = sequence}).id()))
        << sequence << " of " << acked;
  }
  EXPECT_EQ(content->detections.size(), detections);
  return acked;
}

TEST(PowerFailureTest, KeepsAStateWithEverythingThatWasSynced) {
  std::mt19937_64 random(Seed());
  const ScratchDirectory scratch;
  const std::string directory = scratch.Path("db");
  uint64_t sequence = 0;
  for (int failure = 0; failure < 25 && !HasFailure(); ++failure) {
    SCOPED_TRACE(absl::StrCat("failure ", failure));
    const auto files = std::make_shared<PowerFailureFileSystem>();
    const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
    uint64_t synced = sequence;
    files->FailAfter(1 + random() % 120);
    // May fail by itself: recovery writes as well.
    auto store = RocksDbStore::Open({.directory = directory, .env = env.get()});
    if (store.ok()) {
      while ((*store)->WriteCommit(CommitOf(sequence + 1)).ok()) {
        ++sequence;
        if (sequence % 3 != 0) synced = sequence;
      }
      store->reset();
    }
    files->LoseUnsynced(random);
    const uint64_t kept = CheckIsAState(directory);
    EXPECT_GE(kept, synced) << "a synced commit is lost";
    // The commit that failed may have been written after all.
    EXPECT_LE(kept, sequence + 1);
    sequence = kept;
  }
  EXPECT_GT(sequence, 50u);
}

TEST(PowerFailureTest, GoesOnWhenThereIsRoomOnTheDiskAgain) {
  const ScratchDirectory scratch;
  const auto files = std::make_shared<PowerFailureFileSystem>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  StoreStats stats;
  auto store = RocksDbStore::Open(
      {.directory = scratch.Path("db"), .stats = &stats, .env = env.get()});
  ASSERT_THAT(store, IsOk());
  ASSERT_OK((*store)->WriteCommit(CommitOf(1)));
  files->SetFull(true);
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_THAT((*store)->WriteCommit(CommitOf(2)),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         ::testing::HasSubstr("make room on the disk")));
  }
  EXPECT_EQ(stats.failed_commits, 3u);
  // What is there can be read meanwhile.
  EXPECT_THAT((*store)->GetIncident(SampleId(1)), IsOk());
  files->SetFull(false);
  // RocksDB looks for room every five seconds.
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  absl::Status status = absl::UnknownError("not tried");
  while (!status.ok() && absl::Now() < deadline) {
    status = (*store)->WriteCommit(CommitOf(2));
    if (!status.ok()) absl::SleepFor(absl::Milliseconds(20));
  }
  ASSERT_OK(status);
  ASSERT_OK((*store)->WriteCommit(CommitOf(3)));
  store->reset();
  EXPECT_EQ(CheckIsAState(scratch.Path("db")), 3u);
}

}  // namespace
}  // namespace eyrie::server

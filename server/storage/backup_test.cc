// SPDX-License-Identifier: Apache-2.0

#include "server/storage/backup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"

#include "common/testing/status_matchers.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/store.h"
#include "server/storage/testing/consistency.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using testing::CheckConsistency;
using ::testing::HasSubstr;
using testing::SampleDetection;
using testing::SampleId;
using testing::SampleIncident;
using testing::ScratchDirectory;
using testing::StoreContent;

std::unique_ptr<Store> OpenStore(const std::string& directory) {
  auto store = RocksDbStore::Open({.directory = directory});
  EXPECT_THAT(store, IsOk());
  return store.ok() ? *std::move(store) : nullptr;
}

// Detection `number`, of one incident that counts them, and its ack.
Commit CommitNumber(uint64_t number) {
  Commit commit;
  commit.incidents.push_back(SampleIncident({.number = 1}));
  commit.incidents[0].set_count(number);
  commit.detections.push_back(SampleDetection({.number = number}));
  commit.detections[0].set_incident_id(SampleId(1));
  commit.acks.push_back({"n1", 7, number});
  return commit;
}

// Checks that the store holds detections 1 to n, for some n, and nothing else;
// returns n.
uint64_t CheckIsPrefix(const std::string& directory) {
  const auto content = CheckConsistency(directory);
  EXPECT_THAT(content, IsOk());
  if (!content.ok()) return 0;
  const uint64_t count = content->detections.size();
  for (uint64_t number = 1; number <= count; ++number) {
    EXPECT_TRUE(
        content->detections.contains(SampleDetection({.number = number}).id()))
        << number << " of " << count;
  }
  EXPECT_EQ(content->incidents.at(SampleId(1)).count(), count);
  const std::unique_ptr<Store> store = OpenStore(directory);
  EXPECT_THAT(store->AckedSequence("n1", 7), IsOkAndHolds(count));
  return count;
}

TEST(BackupTest, IsOneMomentOfAStoreThatIsWrittenTo) {
  const ScratchDirectory scratch;
  std::unique_ptr<Store> store = OpenStore(scratch.Path("db"));
  std::atomic<uint64_t> committed{0};
  std::atomic<bool> is_enough{false};
  std::thread writer([&] {
    for (uint64_t number = 1; !is_enough; ++number) {
      ASSERT_OK(store->WriteCommit(CommitNumber(number)));
      committed = number;
    }
  });
  constexpr uint32_t kBackups = 3;
  uint64_t before[kBackups + 1] = {};
  uint64_t after[kBackups + 1] = {};
  for (uint32_t id = 1; id <= kBackups; ++id) {
    while (committed < id * 50) std::this_thread::yield();
    before[id] = committed;
    const auto backup = store->CreateBackup(scratch.Path("backups"));
    // One commit may be stored and not counted yet.
    after[id] = committed + 1;
    EXPECT_THAT(backup, IsOk());
    if (!backup.ok()) break;
    EXPECT_EQ(backup->id, id);
    EXPECT_GT(backup->bytes, 0u);
  }
  is_enough = true;
  writer.join();
  store.reset();
  for (uint32_t id = 1; id <= kBackups; ++id) {
    const std::string restored = scratch.Path("restored" + std::to_string(id));
    ASSERT_THAT(RestoreBackup(scratch.Path("backups"), id, restored),
                IsOkAndHolds(id));
    const uint64_t count = CheckIsPrefix(restored);
    EXPECT_GE(count, before[id]);
    EXPECT_LE(count, after[id]);
  }
  EXPECT_EQ(CheckIsPrefix(scratch.Path("db")), committed);
}

TEST(BackupTest, RestoresExactlyWhatWasThere) {
  const ScratchDirectory scratch;
  {
    const std::unique_ptr<Store> store = OpenStore(scratch.Path("db"));
    for (uint64_t number = 1; number <= 20; ++number) {
      ASSERT_OK(store->WriteCommit(CommitNumber(number)));
    }
    // Not synced, yet returned.
    Commit ack;
    ack.acks.push_back({"n2", 1, 5});
    ASSERT_OK(store->WriteCommit(ack));
    ASSERT_OK(store->PutRuleSwitch("r", false));
    ASSERT_OK(store->CreateBackup(scratch.Path("backups")));
    ASSERT_OK(store->WriteCommit(CommitNumber(21)));
    ASSERT_OK(store->CreateBackup(scratch.Path("backups")));
  }
  // 0 is the latest.
  EXPECT_THAT(RestoreBackup(scratch.Path("backups"), 0, scratch.Path("new")),
              IsOkAndHolds(2u));
  EXPECT_EQ(CheckIsPrefix(scratch.Path("new")), 21u);
  EXPECT_THAT(RestoreBackup(scratch.Path("backups"), 1, scratch.Path("old")),
              IsOkAndHolds(1u));
  EXPECT_EQ(CheckIsPrefix(scratch.Path("old")), 20u);
  ASSERT_OK_AND_ASSIGN(const StoreContent original,
                       CheckConsistency(scratch.Path("db")));
  ASSERT_OK_AND_ASSIGN(const StoreContent copy,
                       CheckConsistency(scratch.Path("new")));
  for (const auto& [id, detection] : original.detections) {
    ASSERT_TRUE(copy.detections.contains(id));
    EXPECT_EQ(copy.detections.at(id).SerializeAsString(),
              detection.SerializeAsString());
  }
  const std::unique_ptr<Store> store = OpenStore(scratch.Path("old"));
  EXPECT_THAT(store->AckedSequence("n2", 1), IsOkAndHolds(5u));
  ASSERT_OK_AND_ASSIGN(const auto switches, store->ListRuleSwitches());
  EXPECT_EQ(switches.size(), 1u);
}

TEST(BackupTest, RefusesToOverwriteData) {
  const ScratchDirectory scratch;
  const std::unique_ptr<Store> store = OpenStore(scratch.Path("db"));
  ASSERT_OK(store->CreateBackup(scratch.Path("backups")));
  EXPECT_THAT(RestoreBackup(scratch.Path("backups"), 1, scratch.Path("db")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is not empty")));
}

TEST(BackupTest, ReportsBackupsThatAreNotThere) {
  const ScratchDirectory scratch;
  EXPECT_THAT(
      RestoreBackup(scratch.Path("backups"), 0, scratch.Path("new")),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("no backup directory")));
  EXPECT_FALSE(std::filesystem::exists(scratch.Path("backups")));
  std::filesystem::create_directory(scratch.Path("backups"));
  EXPECT_THAT(RestoreBackup(scratch.Path("backups"), 0, scratch.Path("new")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no backup in")));
  const std::unique_ptr<Store> store = OpenStore(scratch.Path("db"));
  ASSERT_OK(store->CreateBackup(scratch.Path("backups")));
  EXPECT_THAT(RestoreBackup(scratch.Path("backups"), 2, scratch.Path("new")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no backup 2")));
}

TEST(BackupTest, RefusesADamagedBackup) {
  const ScratchDirectory scratch;
  {
    const std::unique_ptr<Store> store = OpenStore(scratch.Path("db"));
    ASSERT_OK(store->WriteCommit(CommitNumber(1)));
    ASSERT_OK(store->CreateBackup(scratch.Path("backups")));
  }
  int damaged = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(scratch.Path("backups"))) {
    if (!absl::EndsWith(entry.path().string(), ".sst")) continue;
    std::fstream file(entry.path(),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20);
    file.put('\x55').put('\xAA');
    ++damaged;
  }
  ASSERT_GT(damaged, 0);
  EXPECT_THAT(RestoreBackup(scratch.Path("backups"), 1, scratch.Path("new")),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("choose another backup")));
}

TEST(BackupTest, ReportsADirectoryThatCannotBe) {
  const ScratchDirectory scratch;
  const std::unique_ptr<Store> store = OpenStore(scratch.Path("db"));
  std::ofstream(scratch.Path("file")) << "not a directory";
  EXPECT_THAT(store->CreateBackup(scratch.Path("file/backups")),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr(scratch.Path("file/backups"))));
}

}  // namespace
}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0

#include "server/storage/database.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"

#include "common/testing/status_matchers.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::ScratchDirectory;

TEST(DatabaseTest, KeepsWhatWasPut) {
  const ScratchDirectory scratch;
  {
    ASSERT_OK_AND_ASSIGN(const auto database,
                         Database::Open(scratch.Path("db"), nullptr));
    ASSERT_OK(database->Put(Family::kNodes, "n1", "one", /*sync=*/false));
  }
  ASSERT_OK_AND_ASSIGN(const auto database,
                       Database::Open(scratch.Path("db"), nullptr));
  EXPECT_THAT(database->Get(Family::kNodes, "n1"), IsOkAndHolds("one"));
  EXPECT_THAT(database->Get(Family::kNodes, "n2"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(database->Get(Family::kDefault, "format_version"),
              IsOkAndHolds("2"));
}

TEST(DatabaseTest, TakesTheFormatBeforeOver) {
  const ScratchDirectory scratch;
  {
    ASSERT_OK_AND_ASSIGN(const auto database,
                         Database::Open(scratch.Path("db"), nullptr));
    ASSERT_OK(database->Put(Family::kDefault, "format_version", "1", true));
    ASSERT_OK(database->Put(Family::kNodes, "n1", "one", /*sync=*/true));
  }
  // Reading changes nothing.
  EXPECT_THAT(Database::OpenReadOnly(scratch.Path("db")), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto database,
                       Database::Open(scratch.Path("db"), nullptr));
  EXPECT_THAT(database->Get(Family::kNodes, "n1"), IsOkAndHolds("one"));
  EXPECT_THAT(database->Get(Family::kDefault, "format_version"),
              IsOkAndHolds("2"));
}

TEST(DatabaseTest, RefusesADirectoryInUse) {
  const ScratchDirectory scratch;
  ASSERT_OK_AND_ASSIGN(const auto database,
                       Database::Open(scratch.Path("db"), nullptr));
  EXPECT_THAT(Database::Open(scratch.Path("db"), nullptr),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is in use by another eyrie-server; stop it, "
                                 "or choose another data directory")));
  EXPECT_THAT(Database::OpenReadOnly(scratch.Path("db")), IsOk());
}

TEST(DatabaseTest, RefusesANewerFormat) {
  const ScratchDirectory scratch;
  {
    ASSERT_OK_AND_ASSIGN(const auto database,
                         Database::Open(scratch.Path("db"), nullptr));
    ASSERT_OK(database->Put(Family::kDefault, "format_version", "3", true));
  }
  const auto matcher =
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("newer version of eyrie-server"),
                     HasSubstr("format 3, this one knows 2")));
  EXPECT_THAT(Database::Open(scratch.Path("db"), nullptr), matcher);
  EXPECT_THAT(Database::OpenReadOnly(scratch.Path("db")), matcher);
}

TEST(DatabaseTest, TakesOverADatabaseOfVersion1) {
  const ScratchDirectory scratch;
  {
    ASSERT_OK_AND_ASSIGN(const auto database,
                         Database::Open(scratch.Path("db"), nullptr));
    ASSERT_OK(database->Put(Family::kNodes, "n1", "one", true));
    ASSERT_OK(database->Put(Family::kDefault, "format_version", "1", true));
    ASSERT_TRUE(
        database->db()->DropColumnFamily(database->family(Family::kHeld)).ok());
  }
  ASSERT_OK_AND_ASSIGN(const auto database,
                       Database::Open(scratch.Path("db"), nullptr));
  EXPECT_THAT(database->Get(Family::kNodes, "n1"), IsOkAndHolds("one"));
  EXPECT_THAT(database->Get(Family::kDefault, "format_version"),
              IsOkAndHolds("2"));
  EXPECT_OK(database->Put(Family::kHeld, "k", "v", true));
}

TEST(DatabaseTest, RefusesColumnFamiliesItDoesNotKnow) {
  const ScratchDirectory scratch;
  {
    ASSERT_OK_AND_ASSIGN(const auto database,
                         Database::Open(scratch.Path("db"), nullptr));
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(database->db()
                    ->CreateColumnFamily(rocksdb::ColumnFamilyOptions(),
                                         "sagas", &handle)
                    .ok());
    ASSERT_TRUE(database->db()->DestroyColumnFamilyHandle(handle).ok());
  }
  EXPECT_THAT(Database::Open(scratch.Path("db"), nullptr),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("it has a column family sagas")));
}

TEST(DatabaseTest, RefusesAVersionThatIsNone) {
  for (const std::string version : {"", "x", "0", "-1"}) {
    const ScratchDirectory scratch;
    {
      ASSERT_OK_AND_ASSIGN(const auto database,
                           Database::Open(scratch.Path("db"), nullptr));
      ASSERT_OK(
          database->Put(Family::kDefault, "format_version", version, true));
    }
    EXPECT_THAT(
        Database::Open(scratch.Path("db"), nullptr),
        StatusIs(absl::StatusCode::kDataLoss, HasSubstr("restore a backup")))
        << version;
  }
}

// Makes a database with a table file in it.
void MakeDatabase(const std::string& directory) {
  ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(directory, nullptr));
  ASSERT_OK(database->Put(Family::kNodes, "n1", "one", /*sync=*/true));
  ASSERT_TRUE(
      database->db()
          ->Flush(rocksdb::FlushOptions(), database->family(Family::kNodes))
          .ok());
}

std::string FindFile(const std::string& directory, const std::string& part) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (absl::StrContains(entry.path().filename().string(), part)) {
      return entry.path();
    }
  }
  return "";
}

TEST(DatabaseTest, SaysWhatToDoAboutDamage) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch.Path("db"));
  const std::string manifest = FindFile(scratch.Path("db"), "MANIFEST");
  ASSERT_NE(manifest, "");
  std::filesystem::resize_file(manifest, 20);
  EXPECT_THAT(
      Database::Open(scratch.Path("db"), nullptr),
      StatusIs(absl::StatusCode::kDataLoss,
               AllOf(HasSubstr("is damaged"), HasSubstr("restore a backup"))));
}

TEST(DatabaseTest, ReportsAMissingTable) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch.Path("db"));
  std::filesystem::remove(FindFile(scratch.Path("db"), ".sst"));
  EXPECT_THAT(Database::Open(scratch.Path("db"), nullptr),
              StatusIs(absl::StatusCode::kDataLoss));
}

// RocksDB itself would start an empty database and delete the tables.
TEST(DatabaseTest, NeverDeletesADatabaseWithoutItsHead) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch.Path("db"));
  std::filesystem::remove(scratch.Path("db/CURRENT"));
  EXPECT_THAT(
      Database::Open(scratch.Path("db"), nullptr),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("no file CURRENT")));
  EXPECT_NE(FindFile(scratch.Path("db"), ".sst"), "");
}

TEST(DatabaseTest, ReportsAPathThatCannotBe) {
  const ScratchDirectory scratch;
  std::ofstream(scratch.Path("file")) << "not a directory";
  const auto database = Database::Open(scratch.Path("file/db"), nullptr);
  EXPECT_THAT(database, StatusIs(absl::StatusCode::kUnavailable,
                                 HasSubstr(scratch.Path("file/db"))));
}

TEST(DatabaseTest, TranslatesStatuses) {
  const struct {
    rocksdb::Status status;
    absl::StatusCode code;
  } cases[] = {
      {rocksdb::Status::OK(), absl::StatusCode::kOk},
      {rocksdb::Status::Corruption("x"), absl::StatusCode::kDataLoss},
      {rocksdb::Status::NoSpace("x"), absl::StatusCode::kResourceExhausted},
      {rocksdb::Status::IOError("x"), absl::StatusCode::kUnavailable},
      {rocksdb::Status::NotFound("x"), absl::StatusCode::kNotFound},
      {rocksdb::Status::InvalidArgument("x"),
       absl::StatusCode::kInvalidArgument},
      {rocksdb::Status::Busy("x"), absl::StatusCode::kUnavailable},
  };
  for (const auto& [status, code] : cases) {
    EXPECT_EQ(FromRocksDb(status, "writing").code(), code) << status.ToString();
  }
}

}  // namespace
}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0
//
// Tests of reading files.

#include "common/file.h"

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ReadFileTest, ReadsUpToTheLimit) {
  const std::string path = ::testing::TempDir() + "/content";
  std::string content(40000, 'x');
  content[100] = '\0';
  std::ofstream(path, std::ios::binary) << content;
  EXPECT_THAT(ReadFile(path, 40000), IsOkAndHolds(content));
  EXPECT_THAT(
      ReadFile(path, 39999),
      StatusIs(absl::StatusCode::kResourceExhausted,
               "reading " + path + ": exceeds the limit of 39999 bytes"));
}

TEST(ReadFileTest, ReadsEmptyFilesAndFilesWithoutSize) {
  const std::string path = ::testing::TempDir() + "/empty";
  std::ofstream(path, std::ios::binary);
  EXPECT_THAT(ReadFile(path, 0), IsOkAndHolds(""));
  EXPECT_THAT(ReadFile("/proc/self/status", 1 << 20),
              IsOkAndHolds(HasSubstr("Pid:")));
}

TEST(ReadFileTest, SaysWhatItCannotRead) {
  EXPECT_THAT(ReadFile("/nonexistent/file", 10),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("reading /nonexistent/file")));
  EXPECT_THAT(
      ReadFile(::testing::TempDir(), 10),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is a folder")));
}

}  // namespace
}  // namespace eyrie

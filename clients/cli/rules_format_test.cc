// SPDX-License-Identifier: Apache-2.0
//
// Tests of `eyrie rules format`.

#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "clients/cli/testing/run_eyrie.h"

namespace eyrie::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Result;
using testing::RunEyrie;
using testing::WriteFile;

constexpr char kUntidy[] = "-  macro: m\n   # Why.\n   condition: a.b   = 1\n";
constexpr char kTidy[] = "- macro: m\n  # Why.\n  condition: a.b = 1\n";

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(RulesFormatTest, PrintsChecksAndWrites) {
  const std::string path = WriteFile("untidy.yaml", kUntidy);
  const std::string tidy = WriteFile("tidy.yaml", kTidy);
  EXPECT_EQ(RunEyrie({"rules", "format", path}).out, kTidy);
  EXPECT_EQ(RunEyrie({"rules", "format", path, "-o", "json"}).out,
            "{\"file\":\"" + path +
                "\",\"changed\":true,\"text\":\"- macro: m\\n  # Why.\\n  "
                "condition: a.b = 1\\n\"}\n");
  const Result check = RunEyrie({"rules", "format", "--check", path, tidy});
  EXPECT_EQ(check.code, ExitCode::kFailed);
  EXPECT_EQ(check.out, path + "\n");
  EXPECT_EQ(check.err, "2 files, 1 to be changed\n");
  EXPECT_EQ(Read(path), kUntidy);

  const Result write = RunEyrie({"rules", "format", "--write", path, tidy});
  EXPECT_EQ(write.code, ExitCode::kDone) << write.err;
  EXPECT_EQ(write.out, path + "\n");
  EXPECT_EQ(Read(path), kTidy);
  const Result again = RunEyrie({"rules", "format", "--check", path});
  EXPECT_EQ(again.code, ExitCode::kDone);
  EXPECT_THAT(again.out, IsEmpty());
}

TEST(RulesFormatTest, NamesFilesThatItCannotFormat) {
  const std::string bad = WriteFile("bad.yaml", "- [\n");
  const std::string path = WriteFile("untidy2.yaml", kUntidy);
  const Result result = RunEyrie({"rules", "format", "--write", bad, path});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err, HasSubstr(bad + ":"));
  EXPECT_THAT(result.err, HasSubstr("[bad-yaml]"));
  EXPECT_EQ(Read(bad), "- [\n");
  EXPECT_EQ(Read(path), kTidy) << "one bad file kept others from being written";
  EXPECT_EQ(RunEyrie({"rules", "format", "--write", "--check", path}).code,
            ExitCode::kUsage);
  EXPECT_EQ(RunEyrie({"rules", "format"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace eyrie::cli

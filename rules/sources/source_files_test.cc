// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/source_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"

namespace eyrie::rules {
namespace {

using ::eyrie::testing::StatusIs;

class SourceFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& file, const std::string& text) {
    const std::string path = absl::StrCat(folder_, "/", file);
    std::ofstream(path) << text;
    return path;
  }

  static std::string Described(const std::string& name) {
    return absl::StrCat("source: ", name, "\nplugin: ", name,
                        "\ndesc: d\nfields:\n- {name: ", name,
                        ".id, desc: d, path: /id}\n");
  }

  const std::string folder_ = ::testing::TempDir() + "/sources";
  Diagnostics diagnostics_;
};

TEST_F(SourceFilesTest, AddsSourcesToThoseThatAreBuiltIn) {
  Write("b.yaml", Described("mail"));
  const std::string shop = Write("a.yaml", Described("shop"));
  const auto one = ReadSourceFiles({shop}, diagnostics_);
  ASSERT_OK(one);
  ASSERT_NE(*one, nullptr) << diagnostics_.ToString();
  EXPECT_NE((*one)->Find("shop"), nullptr);
  EXPECT_EQ((*one)->Find("mail"), nullptr);
  EXPECT_NE((*one)->Find("okta"), nullptr);
  const auto all = ReadSourceFiles({folder_}, diagnostics_);
  ASSERT_OK(all);
  ASSERT_NE(*all, nullptr) << diagnostics_.ToString();
  EXPECT_NE((*all)->Find("mail"), nullptr);
  const auto none = ReadSourceFiles({}, diagnostics_);
  ASSERT_OK(none);
  EXPECT_EQ((*none)->Find("shop"), nullptr);
  EXPECT_NE((*none)->Find("k8s_audit"), nullptr);
}

TEST_F(SourceFilesTest, NamesAllMistakes) {
  Write("a.yaml", Described("shop"));
  Write("b.yaml", Described("shop"));
  Write("c.yaml", Described("okta"));
  Write("d.yaml", Described("syscall"));
  Write("e.yaml", "source: x\n");
  const auto sources = ReadSourceFiles({folder_}, diagnostics_);
  ASSERT_OK(sources);
  EXPECT_EQ(*sources, nullptr);
  const std::string text = diagnostics_.ToString();
  for (const char* part : {
           "b.yaml:1:1: error: there is a source `shop` already",
           "two files describe it",
           "c.yaml:1:1: error: there is a source `okta` already",
           "it is built in",
           "d.yaml:1:1: error: there is a source `syscall` already",
           "e.yaml:",
       }) {
    EXPECT_TRUE(absl::StrContains(text, part)) << part << "\n" << text;
  }
}

TEST_F(SourceFilesTest, NamesAFileThatCannotBeRead) {
  EXPECT_THAT(ReadSourceFiles({folder_ + "/none.yaml"}, diagnostics_),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace eyrie::rules

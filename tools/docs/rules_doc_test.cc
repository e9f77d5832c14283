// SPDX-License-Identifier: Apache-2.0
//
// Tests of docs/rules.md.

#include "tools/docs/rules_doc.h"

#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace eyrie {
namespace {

TEST(RulesDocTest, PageIsFresh) {
  std::ifstream file("docs/rules.md", std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(file), {});
  const auto made = RulesDoc("rules/library");
  ASSERT_TRUE(made.ok()) << made.status().message();
  EXPECT_TRUE(page == *made)
      << "docs/rules.md is not what the rules give; update it:\n"
         "  bazel run //tools/docs:rules_doc > docs/rules.md";
}

TEST(RulesDocTest, SaysWhyThereIsNoPage) {
  const auto page = RulesDoc("no/such/folder");
  ASSERT_FALSE(page.ok());
  EXPECT_NE(page.status().message().find("no/such/folder"),
            absl::string_view::npos);
}

}  // namespace
}  // namespace eyrie

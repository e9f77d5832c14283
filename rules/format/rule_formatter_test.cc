// SPDX-License-Identifier: Apache-2.0

#include "rules/format/rule_formatter.h"

#include <cstdlib>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "rules/reader/rule_files.h"

namespace eyrie::rules {
namespace {

using ::eyrie::testing::StatusIs;

std::string Format(const std::string& text) {
  Diagnostics diagnostics;
  const auto formatted = FormatRuleFile(
      std::make_shared<const SourceFile>("rules.yaml", text), diagnostics);
  return formatted.ok()
             ? *formatted
             : absl::StrCat(diagnostics.ToString(),
                            std::string(formatted.status().message()));
}

TEST(RuleFormatterTest, GivesOneLayout) {
  EXPECT_EQ(Format(R"(# License
#
# About

---
  # The shells.
  -   list: shells
      items: [sh,   bash]  # all


  # A long one.
  # In two lines.

  - priority: WARNING   # loud
    # Who did it.
    output: >
      Opened %fd.name
        (by %proc.name)

    condition: "evt.type in (open, openat, openat2) and fd.name = /etc/shadow and not m"
    # The name.
    rule:  A rule
    mine: [1,
           2]
    desc: d
    tags: []
    # enabled: false
  - {macro: m, condition: a.b = 1}
  - macro: n
    condition: |
      m
        and not  a.c = "x  y"
  # The end.
)"),
            R"(# License
#
# About

---
# The shells.
- list: shells
  items: [sh,   bash]  # all

# A long one.
# In two lines.

# The name.
- rule:  A rule
  desc: d
  condition: >
    evt.type in (open, openat, openat2)
    and fd.name = /etc/shadow
    and not m
  # Who did it.
  output: >
    Opened %fd.name
      (by %proc.name)
  priority: WARNING   # loud
  tags: []
  mine: [1,
         2]
  # enabled: false

- {macro: m, condition: a.b = 1}

- macro: n
  condition: m and not a.c = "x  y"

# The end.
)");
}

TEST(RuleFormatterTest, KeepsConditionsThatHoldMore) {
  for (const char* text : {
           "- macro: m\n  condition:  a.b = 1 # why\n",
           "- macro: m\n  condition: > # why\n    a.b   = 1\n",
           "- macro: m\n  condition: &c  a.b = 1\n",
           "- macro: m\n  condition: a.b   = \n",
           "- macro: m\n  condition: []\n",
       }) {
    EXPECT_EQ(Format(text), text);
  }
}

TEST(RuleFormatterTest, FoldsWhatIsNotPlain) {
  EXPECT_EQ(Format("- macro: m\n  condition: '\"a\" = \"b: c\"'\n"),
            "- macro: m\n  condition: '\"a\" = \"b: c\"'\n");
  EXPECT_EQ(Format("- macro: m\n  condition: 'a.b   = \"b: c\"'\n"),
            "- macro: m\n  condition: >\n    a.b = \"b: c\"\n");
  EXPECT_EQ(Format("- macro: m\n  condition: >\n    a.b\n    = c\n"),
            "- macro: m\n  condition: a.b = c\n");
}

TEST(RuleFormatterTest, NothingStaysNothing) {
  EXPECT_EQ(Format(""), "");
  EXPECT_EQ(Format("\n\n"), "");
  EXPECT_EQ(Format("# only\n\n\n# comments"), "# only\n\n# comments\n");
}

TEST(RuleFormatterTest, RefusesWhatItCannotKeep) {
  Diagnostics diagnostics;
  EXPECT_THAT(
      FormatRuleFile(std::make_shared<const SourceFile>("a.yaml", "- [\n"),
                     diagnostics),
      StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(diagnostics.has_errors());
  // The last line end of a text that keeps all is part of it.
  EXPECT_THAT(
      FormatRuleFile(std::make_shared<const SourceFile>(
                         "a.yaml", "- desc: |+\n    d\n\n\n  rule: r\n"),
                     diagnostics),
      StatusIs(absl::StatusCode::kFailedPrecondition));
  // An alias would come to stand before its anchor.
  EXPECT_THAT(
      FormatRuleFile(std::make_shared<const SourceFile>(
                         "a.yaml", "- output: &a x\n  desc: *a\n  rule: r\n"),
                     diagnostics),
      StatusIs(absl::StatusCode::kFailedPrecondition));
}

std::multiset<std::string> Comments(absl::string_view text) {
  std::multiset<std::string> comments;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(stripped, "#")) comments.emplace(stripped);
  }
  return comments;
}

// Our rules, and the published ones if they are there.
std::vector<std::string> RealFiles() {
  std::vector<std::string> paths = {"rules/library"};
  if (const char* shared = std::getenv("EYRIE_SHARED_DIR")) {
    paths.push_back(absl::StrCat(shared, "/data/rules"));
  } else {
    std::cout << "EYRIE_NO_SHARED: data/rules\n";
  }
  return paths;
}

// FormatRuleFile() itself compares what both say.
TEST(RuleFormatterTest, RealFilesKeepTheirCommentsAndAreFormattedOnce) {
  ASSERT_OK_AND_ASSIGN(const auto files, ReadRuleFiles(RealFiles(), 8 << 20));
  for (const auto& file : files) {
    Diagnostics diagnostics;
    ASSERT_OK_AND_ASSIGN(const std::string once,
                         FormatRuleFile(file, diagnostics));
    EXPECT_EQ(Comments(once), Comments(file->text())) << file->name();
    ASSERT_OK_AND_ASSIGN(
        const std::string twice,
        FormatRuleFile(std::make_shared<const SourceFile>(file->name(), once),
                       diagnostics));
    EXPECT_EQ(once, twice) << file->name();
  }
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/diagnostics.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "rules/source.h"

namespace eyrie::rules {
namespace {

SourceRange RangeOf(std::string text, uint32_t begin, uint32_t end) {
  return {std::make_shared<SourceFile>("rules.yaml", std::move(text)), begin,
          end};
}

TEST(DiagnosticsTest, PrintsPlaceExcerptAndHint) {
  Diagnostics diagnostics;
  diagnostics.Error("unknown-macro",
                    RangeOf("- macro: a\n  condition: b and shels\n", 30, 35),
                    "there is no macro 'shels'", "did you mean 'shells'?");
  EXPECT_EQ(diagnostics.ToString(),
            "rules.yaml:2:20: error: there is no macro 'shels' "
            "[unknown-macro]\n"
            "    condition: b and shels\n"
            "                     ^~~~~\n"
            "  hint: did you mean 'shells'?\n");
}

TEST(DiagnosticsTest, WithoutAPlacePrintsTheMessageAlone) {
  Diagnostics diagnostics;
  diagnostics.Warning("unused-list", {}, "nothing uses list 'a'");
  EXPECT_EQ(diagnostics.ToString(),
            "warning: nothing uses list 'a' [unused-list]\n");
}

TEST(DiagnosticsTest, CountsBySeverity) {
  Diagnostics diagnostics;
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.Warning("w", {}, "w");
  diagnostics.Add({Severity::kNote, "n", {}, "n", ""});
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.Error("e", {}, "e");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.errors(), 1u);
  EXPECT_EQ(diagnostics.warnings(), 1u);
  EXPECT_EQ(diagnostics.entries().size(), 3u);
}

TEST(DiagnosticsTest, KeepsNoMoreThanItsLimit) {
  Diagnostics diagnostics;
  for (size_t i = 0; i < Diagnostics::kMaxEntries; ++i) {
    diagnostics.Error("e", {}, "e");
  }
  EXPECT_EQ(diagnostics.dropped(), 0u);
  diagnostics.Error("e", {}, "last");
  diagnostics.Error("e", {}, "last");
  EXPECT_EQ(diagnostics.entries().size(), Diagnostics::kMaxEntries);
  EXPECT_EQ(diagnostics.dropped(), 2u);
  EXPECT_EQ(diagnostics.errors(), Diagnostics::kMaxEntries + 2);
  const std::string text = diagnostics.ToString();
  EXPECT_EQ(text.find("last"), std::string::npos);
  EXPECT_NE(text.find("note: 2 further diagnostics are not shown\n"),
            std::string::npos);
}

TEST(DiagnosticsTest, ControlCharactersDoNotReachTheTerminal) {
  Diagnostics diagnostics;
  diagnostics.Error("e", {}, "no macro '\x1b[2J'", "a\nb");
  EXPECT_EQ(diagnostics.ToString(),
            "error: no macro '\\x1b[2J' [e]\n  hint: a\\x0ab\n");
}

struct ExcerptCase {
  const char* name;
  std::string text;
  uint32_t begin;
  uint32_t end;
  std::string expected;
};

TEST(FormatExcerptTest, MarksTheRange) {
  const std::string long_line(200, 'x');
  const ExcerptCase cases[] = {
      {"one byte", "abc", 1, 2, "  abc\n   ^\n"},
      {"several bytes", "abc", 1, 3, "  abc\n   ^~\n"},
      {"nothing", "abc", 1, 1, "  abc\n   ^\n"},
      {"the end", "abc", 3, 3, "  abc\n     ^\n"},
      {"an empty line", "a\n\nb", 2, 2, "  \n  ^\n"},
      {"more lines than one", "ab\ncd", 1, 5, "  ab\n   ^\n"},
      {"tabs", "\ta\tbc", 3, 5, "  \ta\tbc\n  \t \t^~\n"},
      {"letters of several bytes", "\u00e4\u00f6\u00fcx", 4, 7,
       "  \u00e4\u00f6\u00fcx\n    ^~\n"},
      {"control characters", "a\x1b[c", 2, 3, "  a?[c\n    ^\n"},
      {"windows line ends", "ab\r\ncd", 0, 4, "  ab\n  ^~\n"},
      {"the start of a long line", long_line, 0, 3,
       "  " + std::string(120, 'x') + "...\n  ^~~\n"},
      {"the middle of a long line", long_line, 70, 72,
       "  ..." + std::string(120, 'x') + "...\n  " + std::string(53, ' ') +
           "^~\n"},
      {"the end of a long line", long_line, 199, 200,
       "  ..." + std::string(120, 'x') + "\n  " + std::string(122, ' ') +
           "^\n"},
  };
  for (const ExcerptCase& c : cases) {
    EXPECT_EQ(FormatExcerpt(RangeOf(c.text, c.begin, c.end)), c.expected)
        << c.name;
  }
  EXPECT_EQ(FormatExcerpt({}), "");
}

TEST(FormatExcerptTest, ALongRangeIsMarkedAsFarAsItIsShown) {
  const std::string excerpt =
      FormatExcerpt(RangeOf(std::string(300, 'x'), 0, 300));
  EXPECT_EQ(excerpt, "  " + std::string(120, 'x') + "...\n  ^" +
                         std::string(119, '~') + "\n");
}

TEST(NearestNameTest, FindsTheLikeliest) {
  struct Case {
    const char* name;
    std::vector<absl::string_view> candidates;
    const char* expected;
  };
  const Case cases[] = {
      {"proc.nmae", {"proc.name", "proc.pname", "fd.name"}, "proc.name"},
      {"shels", {"shells", "shell_binaries"}, "shells"},
      {"spawned_proces", {"spawned_process"}, "spawned_process"},
      {"outputs", {"output"}, "output"},
      {"abc", {"abd", "abe"}, "abd"},
      {"abc", {"abe", "abd"}, "abd"},
      {"abcdef", {"uvwxyz"}, ""},
      {"ab", {"ac"}, ""},  // a third of two letters is none
      {"ab", {}, ""},
      {"", {"a"}, ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(NearestName(c.name, c.candidates), c.expected) << c.name;
  }
}

TEST(NearestNameTest, GivesUpOnVeryLongNames) {
  const std::string name(49, 'a');
  const std::string candidate(48, 'a');
  EXPECT_EQ(NearestName(name, {candidate}), "");
  EXPECT_EQ(NearestName(candidate, {name}), name);
}

}  // namespace
}  // namespace eyrie::rules

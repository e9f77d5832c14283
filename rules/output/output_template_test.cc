// SPDX-License-Identifier: Apache-2.0

#include "rules/output/output_template.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/check/default_catalog.h"
#include "rules/diagnostics.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;

// openat of /etc/shadow by cat, below bash and sshd.
class OutputTemplateTest : public ::testing::Test {
 protected:
  OutputTemplateTest() : builder_("openat") {
    builder_.Command({"cat", "/etc/shadow"})
        .Ancestors({"bash", "sshd"})
        .Result(5)
        .Set("name", "/etc/shadow")
        .Set("realpath", "/etc/shadow-real")
        .Set("kind", 0100000)
        .Set("flags", 0);
  }

  FormattedOutput Format(const std::string& text) {
    Diagnostics diagnostics;
    const OutputTemplate output =
        OutputTemplate::Parse(LocatedText(text), DefaultCatalog(), diagnostics);
    EXPECT_EQ(diagnostics.ToString(), "") << text;
    return output.Format(builder_.Build());
  }

  EventBuilder builder_;
};

TEST_F(OutputTemplateTest, FillsInFields) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"", ""},
      {"no field", "no field"},
      {"%proc.name", "cat"},
      {"by %proc.name (pid=%proc.pid)", "by cat (pid=1000)"},
      {"%proc.name%proc.pid", "cat1000"},
      {"%evt.arg.flags %evt.arg[name]", "O_RDONLY /etc/shadow"},
      {"%proc.aname[2]", "sshd"},
      {"%proc.aname", "bash sshd"},
      {"%proc.aname[9]", "<NA>"},
      {"%container.id %container.image", "host <NA>"},
      // The path asked for, not the real one.
      {"%fd.name", "/etc/shadow"},
      {"%proc.apid %proc.apid[1]", "1000 999"},
      {"%user.loginuid", "-1"},
      {"%evt.failed", "false"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Format(test.text).text, test.expected) << test.text;
  }
}

TEST_F(OutputTemplateTest, LongestParsableNameWins) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"%proc.name.", "cat."},
      {"%proc.names", "cats"},
      {"%proc.name, %proc.pid.", "cat, 1000."},
      {"%proc.pid.ts", "1700000001000000000"},
      {"%proc.pid.tx", "1000.tx"},
      {"%evt.type:", "openat:"},
      {"%evt.arg.name.", "/etc/shadow."},
      // proc.name takes no argument: the bracket is text.
      {"%proc.name[%proc.pid]", "cat[1000]"},
      {"%proc.aname[x]", "bash sshd[x]"},
      {"%proc.aname[", "bash sshd["},
      {"%proc.env[HOME]", ""},
      {"%proc.env['HO]ME']", ""},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Format(test.text).text, test.expected) << test.text;
  }
}

TEST_F(OutputTemplateTest, TransformsValues) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"%toupper(proc.name)", "CAT"},
      {"%toupper(proc.name)!", "CAT!"},
      {"%basename(fd.name)", "shadow"},
      {"%len(proc.cmdline)", "15"},
      {"%toupper(basename(proc.exepath))", "CAT"},
      {"%concat(proc.name, \"@\", evt.hostname)", "cat@node1"},
      {"%join(\",\", (proc.name, proc.pname))", "cat,bash"},
      {"%tolower(container.image)", "<NA>"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Format(test.text).text, test.expected) << test.text;
  }
}

TEST_F(OutputTemplateTest, PadsAndCutsToTheWidth) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"%5proc.name|", "cat  |"},        {"%2proc.name|", "ca|"},
      {"%3proc.name|", "cat|"},          {"%6proc.pid|", "1000  |"},
      {"%6container.image|", "<NA>  |"}, {"%5toupper(proc.name)|", "CAT  |"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Format(test.text).text, test.expected) << test.text;
  }
  builder_.Comm("caf\xc3\xa9");
  EXPECT_EQ(Format("%5proc.name|").text, "caf\xc3\xa9 |");
  EXPECT_EQ(Format("%4proc.name|").text, "caf\xc3\xa9|");
}

TEST_F(OutputTemplateTest, GivesTypedFieldsInOrderOfFirstUse) {
  const FormattedOutput output = Format(
      "%proc.name %proc.pid %proc.name %evt.failed %container.image "
      "%proc.aname %5user.uid %evt.rawres %len(proc.name)");
  const std::vector<std::pair<std::string, TypedValue>> expected = {
      {"proc.name", std::string("cat")},
      {"proc.pid", int64_t{1000}},
      {"evt.failed", false},
      {"container.image", std::monostate()},
      {"proc.aname", std::string("bash sshd")},
      {"user.uid", uint64_t{0}},
      {"evt.rawres", int64_t{5}},
      {"len(proc.name)", uint64_t{3}},
  };
  ASSERT_EQ(output.fields.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(output.fields[i].name, expected[i].first);
    EXPECT_EQ(output.fields[i].value, expected[i].second) << expected[i].first;
  }
}

TEST_F(OutputTemplateTest, OneDetectionIsOneLine) {
  builder_.Command({"cat", "a\nb", "\x1b[2J", "x\xff"});
  EXPECT_EQ(Format("run\n%proc.cmdline\tend\n\n").text,
            "run cat a\\nb \\x1b[2J x\xef\xbf\xbd end");
  const FormattedOutput output = Format("%proc.args[2]");
  EXPECT_EQ(output.fields.at(0).value,
            TypedValue(std::string("x\xef\xbf\xbd")));
}

TEST_F(OutputTemplateTest, CutsAtTheLimit) {
  const std::string limit(kMaxOutputBytes, 'a');
  EXPECT_EQ(Format(limit).text, limit);
  EXPECT_EQ(Format(limit + "b").text, limit);
  const FormattedOutput output = Format(limit + "%proc.name");
  EXPECT_EQ(output.text, limit);
  // The fields are there all the same.
  ASSERT_EQ(output.fields.size(), 1u);
  EXPECT_EQ(output.fields[0].value, TypedValue(std::string("cat")));
}

// ---- mistakes --------------------------------------------------------------

// Parses `text` as line 1 of a file and gives the diagnostics.
std::string Mistakes(const std::string& text) {
  const LocatedText located =
      LocatedText::FromFile(std::make_shared<SourceFile>("rules.yaml", text));
  Diagnostics diagnostics;
  OutputTemplate::Parse(located, DefaultCatalog(), diagnostics);
  std::string mistakes;
  for (const Diagnostic& entry : diagnostics.entries()) {
    const SourceFile::Position at = entry.range.file->At(entry.range.begin);
    absl::StrAppend(&mistakes, at.column, "-", entry.range.end + 1, " [",
                    entry.code, "] ", entry.message, "\n");
  }
  return mistakes;
}

TEST(OutputTemplateErrorTest, ReportsMistakesWithTheirPlace) {
  const struct {
    const char* text;
    const char* mistakes;
  } cases[] = {
      {"100% sure", "4-5 [stray-percent] `%` without a field\n"},
      {"a %% b",
       "3-4 [stray-percent] `%` without a field\n"
       "4-5 [stray-percent] `%` without a field\n"},
      {"end %", "5-6 [stray-percent] `%` without a field\n"},
      {"%5", "2-3 [stray-percent] `%` without a field\n"},
      {"x %proc.nam.", "3-12 [unknown-field] unknown field `proc.nam`\n"},
      {"%foo bar", "1-5 [unknown-field] unknown field `foo`\n"},
      {"%foo.bar and %bar.foo",
       "1-9 [unknown-field] unknown field `foo.bar`\n"
       "14-22 [unknown-field] unknown field `bar.foo`\n"},
      {"%val(proc.name)", "1-5 [unknown-field] unknown field `val`\n"},
      {"%evt.arg.nosuch",
       "1-16 [bad-argument] no event has an argument called `nosuch`\n"},
      {"%evt.arg",
       "1-9 [bad-argument] `evt.arg` needs an argument in "
       "brackets\n"},
      {"%tolower(proc.nam)", "2-19 [unknown-field] unknown field `proc.nam`\n"},
      {"%tolower(proc.name",
       "2-19 [syntax-error] this transformer has no closing parenthesis\n"},
      {"%tolower(fd.ip)",
       "2-16 [not-transformable] field `fd.ip` cannot "
       "stand in a transformer\n"},
      {"%0proc.name",
       "2-3 [bad-width] the width of a field is from 1 to "
       "1024\n"},
      {"%1025proc.name",
       "2-6 [bad-width] the width of a field is from 1 to "
       "1024\n"},
      {"%99999999999proc.name",
       "2-13 [bad-width] the width of a field is "
       "from 1 to 1024\n"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Mistakes(test.text), test.mistakes) << test.text;
  }
}

TEST(OutputTemplateErrorTest, WidestFieldIsFine) {
  EXPECT_EQ(Mistakes("%1024proc.name"), "");
}

TEST(OutputTemplateErrorTest, HintsAtTheNearestField) {
  Diagnostics diagnostics;
  OutputTemplate::Parse(LocatedText("%proc.cmdlin"), DefaultCatalog(),
                        diagnostics);
  ASSERT_EQ(diagnostics.entries().size(), 1u);
  EXPECT_EQ(diagnostics.entries()[0].hint, "did you mean `proc.cmdline`?");
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/yaml_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

struct Result {
  std::optional<std::vector<YamlNodePtr>> documents;
  std::string diagnostics;
};

Result Read(std::string text, const ReadLimits& limits = {}) {
  Diagnostics diagnostics;
  Result result;
  result.documents =
      ReadYaml(std::make_shared<SourceFile>("a.yaml", std::move(text)), limits,
               diagnostics);
  EXPECT_EQ(result.documents.has_value(), !diagnostics.has_errors());
  result.diagnostics = diagnostics.ToString();
  return result;
}

// The first line of the diagnostics.
std::string Mistake(std::string text, const ReadLimits& limits = {}) {
  const std::string all = Read(std::move(text), limits).diagnostics;
  return all.substr(0, all.find('\n'));
}

TEST(YamlReaderTest, ReadsTreesWithPlaces) {
  const Result result = Read("- a: 1\n  b: [x, ~, {c: d}]\n");
  ASSERT_TRUE(result.documents) << result.diagnostics;
  ASSERT_EQ(result.documents->size(), 1u);
  const YamlNode& root = *(*result.documents)[0];
  ASSERT_TRUE(root.is_sequence());
  const YamlNode& item = *root.items[0];
  ASSERT_TRUE(item.is_map());
  EXPECT_EQ(item.Find("a")->text.text(), "1");
  const YamlNode& b = *item.Find("b");
  EXPECT_TRUE(b.items[1]->is_null());
  EXPECT_EQ(b.items[2]->Find("c")->text.text(), "d");
  EXPECT_EQ(b.items[2]->Find("c")->range.begin, 23u);
  EXPECT_EQ(b.range.begin, 12u);
  EXPECT_EQ(item.Find("z"), nullptr);
  EXPECT_EQ(root.depth, 5u);
}

TEST(YamlReaderTest, ReadsSeveralDocuments) {
  const Result result = Read("- a\n---\n# nothing\n---\n- b\n...\n");
  ASSERT_TRUE(result.documents) << result.diagnostics;
  ASSERT_EQ(result.documents->size(), 3u);
  EXPECT_TRUE((*result.documents)[1]->is_null());
  EXPECT_EQ((*result.documents)[2]->items[0]->text.text(), "b");
}

TEST(YamlReaderTest, AnEmptyFileHasNoDocuments) {
  for (const char* text : {"", "\n", "# only a comment\n"}) {
    const Result result = Read(text);
    ASSERT_TRUE(result.documents) << text;
    EXPECT_TRUE(result.documents->empty()) << text;
  }
}

TEST(YamlReaderTest, AliasesShareTheirNode) {
  const Result result = Read("- &x [a, b]\n- *x\n");
  ASSERT_TRUE(result.documents) << result.diagnostics;
  const YamlNode& root = *(*result.documents)[0];
  EXPECT_EQ(root.items[0], root.items[1]);
  EXPECT_EQ(root.size, 7u);
}

TEST(YamlReaderTest, SaysWhatIsNoYaml) {
  const std::string forbidden = " may not stand in YAML [invalid-character]";
  struct Case {
    std::string text;
    std::string expected;
  };
  const Case cases[] = {
      {"- a: [b\n",
       "a.yaml:2:1: error: this is no YAML: end of sequence flow "
       "not found [bad-yaml]"},
      {"- a: b\n c: d\n",
       "a.yaml:2:2: error: this is no YAML: end of sequence "
       "not found [bad-yaml]"},
      {"- *x\n",
       "a.yaml:1:3: error: this is no YAML: the referenced anchor is "
       "not defined [bad-yaml]"},
      {"- &x [*x]\n",
       "a.yaml:1:7: error: this is no YAML: an alias stands for "
       "itself [bad-yaml]"},
      {"- \"a\n",
       "a.yaml:1:3: error: this is no YAML: this quote is not "
       "closed [bad-yaml]"},
      {"- a: 'b''\n\n",
       "a.yaml:1:6: error: this is no YAML: this quote is not "
       "closed [bad-yaml]"},
      {"- 'a",
       "a.yaml:1:5: error: this is no YAML: illegal EOF in scalar "
       "[bad-yaml]"},
      {"- \"\\q\"\n",
       "a.yaml:1:6: error: this is no YAML: unknown escape "
       "character: q [bad-yaml]"},
      {"- a\xff\n", "a.yaml:1:4: error: byte 0xff is no UTF-8 [invalid-utf8]"},
      {"- \xc0\x80\n",
       "a.yaml:1:3: error: byte 0xc0 is no UTF-8 "
       "[invalid-utf8]"},
      {"- \xed\xa0\x80\n",
       "a.yaml:1:3: error: byte 0xed is no UTF-8 "
       "[invalid-utf8]"},
      {"- \xe4", "a.yaml:1:3: error: byte 0xe4 is no UTF-8 [invalid-utf8]"},
      {std::string("- a\0b\n", 6),
       "a.yaml:1:4: error: control character 0x00" + forbidden},
      // The parser would take it for the end of the file.
      {"- a\n\x04- b\n",
       "a.yaml:2:1: error: control character 0x04" + forbidden},
  };
  for (const Case& c : cases) EXPECT_EQ(Mistake(c.text), c.expected);
}

TEST(YamlReaderTest, WarnsOfKeysThatStandTwice) {
  const Result result = Read("- a: 1\n  b: 2\n  a: 3\n");
  EXPECT_EQ(result.diagnostics,
            "a.yaml:3:3: warning: 'a' stands here twice; only the first is "
            "read [duplicate-key]\n"
            "    a: 3\n"
            "    ^\n"
            "  hint: delete one\n");
  EXPECT_EQ((*result.documents)[0]->items[0]->Find("a")->text.text(), "1");
}

TEST(YamlReaderTest, LimitsBytes) {
  ReadLimits limits;
  limits.max_bytes = 10;
  EXPECT_EQ(Mistake("- 12345678", limits), "");
  EXPECT_EQ(Mistake("- 123456789", limits),
            "a.yaml:1:1: error: the file has 11 bytes, at most 10 are allowed "
            "[limit-exceeded]");
}

TEST(YamlReaderTest, LimitsDepth) {
  const ReadLimits limits;
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Mistake(nested(limits.max_yaml_depth)), "");
  EXPECT_EQ(Mistake(nested(limits.max_yaml_depth + 1)),
            "a.yaml:1:33: error: YAML nested more than 32 deep "
            "[limit-exceeded]");
  // Nor does the parser run out of stack.
  for (const char* open : {"[", "{", "- ", "? ", "{a: "}) {
    std::string hostile;
    for (int i = 0; i < 100'000; ++i) hostile += open;
    EXPECT_NE(Mistake(hostile), "") << open;
  }
}

TEST(YamlReaderTest, LimitsOpenBrackets) {
  ReadLimits limits;
  limits.max_open_brackets = 3;
  EXPECT_EQ(Mistake("- '[[{'\n- ']'\n- '['\n", limits), "");
  EXPECT_EQ(Mistake("- '[[{'\n- '['\n", limits),
            "a.yaml:2:4: error: more than 3 brackets are open here "
            "[limit-exceeded]");
}

TEST(YamlReaderTest, AliasesCannotBuildDeepTrees) {
  std::string text = "- &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    absl::StrAppend(&text, "- &a", i, " [*a", i - 1, "]\n");
  }
  EXPECT_EQ(Mistake(text),
            "a.yaml:31:9: error: YAML nested more than 32 deep "
            "[limit-exceeded]");
}

TEST(YamlReaderTest, LimitsWhatAliasesExpandTo) {
  std::string text = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    absl::StrAppend(&text, "- &a", i, " [");
    for (int j = 0; j < 10; ++j) absl::StrAppend(&text, "*a", i - 1, ", ");
    absl::StrAppend(&text, "]\n");
  }
  EXPECT_EQ(Mistake(text),
            "a.yaml:6:23: error: more than 500000 YAML values "
            "[limit-exceeded]");
}

TEST(YamlReaderTest, LimitsTextThatAliasesRepeat) {
  ReadLimits limits;
  limits.max_bytes = 100;
  const std::string text = "- &a " + std::string(40, 'x') + "\n- *a\n";
  EXPECT_EQ(Mistake(text, limits), "");
  EXPECT_EQ(Mistake(text + "- *a\n", limits),
            "a.yaml:3:3: error: more than 100 bytes of text, aliases written "
            "out [limit-exceeded]");
}

TEST(YamlReaderTest, LimitsValues) {
  ReadLimits limits;
  limits.max_yaml_nodes = 4;
  EXPECT_EQ(Mistake("[a, b, c]", limits), "");
  EXPECT_EQ(Mistake("[a, b, c, d]", limits),
            "a.yaml:1:11: error: more than 4 YAML values [limit-exceeded]");
}

TEST(YamlReaderTest, LimitsDocuments) {
  ReadLimits limits;
  limits.max_documents = 2;
  EXPECT_EQ(Mistake("--- a\n--- b\n", limits), "");
  EXPECT_EQ(Mistake("--- a\n--- b\n--- c\n", limits),
            "a.yaml:3:1: error: more than 2 YAML documents [limit-exceeded]");
}

}  // namespace
}  // namespace eyrie::rules

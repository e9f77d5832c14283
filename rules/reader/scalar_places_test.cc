// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/scalar_places.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/reader/yaml_reader.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

// One scalar in the middle of a file.
struct Case {
  const char* name;
  std::string file;   // the value of key `k` of the only item
  std::string value;  // as YAML resolves it
};

const Case kCases[] = {
    {"plain", "- k: proc.name = a\n", "proc.name = a"},
    {"plain with a comment", "- k: a b # c\n  l: d\n", "a b"},
    {"plain over lines", "- k: a b\n    c\n\n    d\n  l: e\n", "a b c\nd"},
    {"plain with windows line ends", "- k: a b\r\n    c\r\n  l: d\r\n",
     "a b c"},
    {"plain in a flow", "- {k: a b, l: c}\n", "a b"},
    {"plain that looks escaped", "- k: a\\nb ''c\n", "a\\nb ''c"},
    {"single-quoted", "- k: 'a ''b'' c'\n", "a 'b' c"},
    {"single-quoted over lines", "- k: 'a\n    b'\n", "a b"},
    {"single-quoted with blanks", "- k: '  a  '\n", "  a  "},
    {"double-quoted", "- k: \"a 'b'\"\n", "a 'b'"},
    {"escapes", "- k: \"a\\tb\\n\\\"c\\\" \\x41\\u00e4\\U0001F600\\\\d\"\n",
     "a\tb\n\"c\" A\u00e4\U0001F600\\d"},
    {"escaped blanks", "- k: \"a\\ b \\n c\"\n", "a b \n c"},
    {"double-quoted over lines", "- k: \"a\n    b\n\n    c\"\n", "a b\nc"},
    {"escaped line end", "- k: \"a\\\n    b \\\n    c\"\n", "ab c"},
    {"folded", "- k: >\n    a b\n    c\n  l: d\n", "a b c\n"},
    {"folded, stripped", "- k: >-\n    a\n    b\n", "a b"},
    {"folded, kept", "- k: >+\n    a\n    b\n\n  l: c\n", "a b\n"},
    {"folded paragraphs", "- k: >\n    a\n\n    b\n", "a\nb\n"},
    {"folded with deeper lines", "- k: >\n    a\n      b\n    c\n",
     "a\n  b\nc\n"},
    {"folded with indentation", "- k: >2\n      a\n    b\n", "  a\nb\n"},
    {"folded with a comment", "- k: > # not text\n    a\n    b\n", "a b\n"},
    {"literal", "- k: |\n    a b\n      c\n    d\n", "a b\n  c\nd\n"},
    {"literal, stripped", "- k: |-\n    a\n    b\n", "a\nb"},
    {"literal with empty lines", "- k: |\n    a\n\n    b\n", "a\n\nb\n"},
    {"literal with windows line ends", "- k: |\r\n    a\r\n    b\r\n",
     "a\nb\n"},
    {"tag", "- k: !!str a b\n", "a b"},
    {"anchor", "- k: &x a b\n", "a b"},
    {"tag and anchor", "- k: !!str &x 'a b'\n", "a b"},
    {"byte order mark", "\xEF\xBB\xBF- k: a b\n", "a b"},
    {"empty", "- k: ''\n", ""},
};

std::string Printable(absl::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

// The value of `k`.
LocatedText ValueOf(const std::string& text) {
  const auto file = std::make_shared<SourceFile>("a.yaml", text);
  Diagnostics diagnostics;
  const auto documents = ReadYaml(file, {}, diagnostics);
  if (!documents) {
    ADD_FAILURE() << Printable(text) << diagnostics.ToString();
    return LocatedText();
  }
  return (*documents)[0]->items[0]->Find("k")->text;
}

TEST(ScalarPlacesTest, EachVisibleByteKnowsItsPlace) {
  for (const Case& c : kCases) {
    const LocatedText text = ValueOf(c.file);
    EXPECT_EQ(Printable(text.text()), Printable(c.value)) << c.name;
    uint32_t before = 0;
    for (size_t i = 0; i < text.text().size(); ++i) {
      const SourceRange range = text.Range(i, i + 1);
      EXPECT_GE(range.begin, before) << c.name << " at " << i;
      before = range.begin;
      const char value = text.text()[i];
      const char there = c.file[range.begin];
      const bool is_white = value == ' ' || value == '\n' || value == '\t';
      if (there == '\\') continue;  // an escape, placed at its backslash
      if (is_white) {
        EXPECT_TRUE(there == ' ' || there == '\n' || there == '\r' ||
                    there == '\t')
            << c.name << " at " << i << ": " << there;
      } else {
        EXPECT_EQ(there, value) << c.name << " at " << i;
      }
    }
  }
}

TEST(ScalarPlacesTest, RepeatedWordsKeepTheirOrder) {
  const std::string file = "- k: >\n    or or\n    or\n";
  const LocatedText text = ValueOf(file);
  ASSERT_EQ(text.text(), "or or or\n");
  EXPECT_EQ(text.Range(0, 2).begin, 11u);
  EXPECT_EQ(text.Range(3, 5).begin, 14u);
  EXPECT_EQ(text.Range(6, 8).begin, 21u);
  EXPECT_EQ(text.Range(6, 8).end, 23u);
}

TEST(ScalarPlacesTest, PlacesEscapesAtTheirBackslash) {
  const std::string file = "- k: \"a\\tb\"\n";
  const LocatedText text = ValueOf(file);
  EXPECT_EQ(text.Range(1, 2).begin, 7u);
  EXPECT_EQ(text.Range(2, 3).begin, 9u);
}

TEST(ScalarPlacesTest, GivesTheWholeScalar) {
  struct Whole {
    std::string file;
    std::string value;
    std::string scalar;
  };
  for (const Whole& c :
       {Whole{"a b # c", "a b", "a b"}, Whole{"'a' # c", "a", "'a'"},
        Whole{"\"a\\n\" # c", "a\n", "\"a\\n\""},
        Whole{"|\n  a\n  b\n\nc", "a\nb\n", "|\n  a\n  b"},
        Whole{"!t &x 'a'", "a", "'a'"}, Whole{"''", "", "''"}}) {
    const ScalarPlaces places = LocateScalar(c.file, 0, c.value);
    EXPECT_EQ(c.file.substr(places.begin, places.end - places.begin), c.scalar);
  }
}

TEST(ScalarPlacesTest, TellsWhetherAQuoteIsClosed) {
  EXPECT_TRUE(LocateScalar("'a' ", 0, "a").is_closed);
  EXPECT_TRUE(LocateScalar("a", 0, "a").is_closed);
  EXPECT_FALSE(LocateScalar("'a\n", 0, "a").is_closed);
  EXPECT_FALSE(LocateScalar("\"a\n  \n", 0, "a").is_closed);
}

TEST(ScalarPlacesTest, SurvivesValuesThatAreNotThere) {
  for (const char* file : {"", "a", "\"\\", "\"\\x4", "|", ">\n", "&x", "'"}) {
    for (const std::string& value :
         {std::string("xyz"), std::string("x y\n"), std::string("\n\n")}) {
      const ScalarPlaces places = LocateScalar(file, 0, value);
      ASSERT_EQ(places.offsets.size(), value.size()) << file;
      for (size_t i = 1; i < value.size(); ++i) {
        EXPECT_LE(places.offsets[i - 1], places.offsets[i]) << file;
      }
    }
  }
}

}  // namespace
}  // namespace eyrie::rules

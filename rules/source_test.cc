// SPDX-License-Identifier: Apache-2.0

#include "rules/source.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace eyrie::rules {
namespace {

std::shared_ptr<const SourceFile> File(std::string text) {
  return std::make_shared<SourceFile>("a.yaml", std::move(text));
}

TEST(SourceFileTest, TellsLineAndColumnOfAnOffset) {
  const SourceFile file("a.yaml", "ab\n\ncd\r\ne");
  struct Case {
    size_t offset;
    int line;
    int column;
  };
  for (const Case& c :
       {Case{0, 1, 1}, Case{2, 1, 3}, Case{3, 2, 1}, Case{4, 3, 1},
        Case{8, 4, 1}, Case{9, 4, 2}, Case{99, 4, 2}}) {
    const SourceFile::Position at = file.At(c.offset);
    EXPECT_EQ(at.line, c.line) << c.offset;
    EXPECT_EQ(at.column, c.column) << c.offset;
  }
}

TEST(SourceFileTest, GivesLinesWithoutTheirEnds) {
  const SourceFile file("a.yaml", "ab\n\ncd\r\ne");
  EXPECT_EQ(file.Line(1), "ab");
  EXPECT_EQ(file.Line(2), "");
  EXPECT_EQ(file.Line(3), "cd");
  EXPECT_EQ(file.Line(4), "e");
  EXPECT_EQ(file.LineStart(3), 4u);
}

TEST(SourceFileTest, AnEmptyFileHasOneEmptyLine) {
  const SourceFile file("a.yaml", "");
  EXPECT_EQ(file.Line(1), "");
  EXPECT_EQ(file.At(0).column, 1);
}

TEST(LocatedTextTest, TellsWhereItsBytesStood) {
  LocatedText text;
  text.Append("abc", File("..a.bc"), {2, 4, 5});
  const SourceRange all = text.Whole();
  EXPECT_EQ(all.begin, 2u);
  EXPECT_EQ(all.end, 6u);
  EXPECT_EQ(text.Range(1, 2).begin, 4u);
  EXPECT_EQ(text.Range(1, 2).end, 5u);
  // Behind the end: an empty range there.
  EXPECT_EQ(text.Range(3, 9).begin, 6u);
  EXPECT_EQ(text.Range(3, 9).end, 6u);
}

TEST(LocatedTextTest, TextWithoutAPlaceHasNoRange) {
  const LocatedText text("abc");
  EXPECT_EQ(text.text(), "abc");
  EXPECT_EQ(text.Whole().file, nullptr);
}

TEST(LocatedTextTest, AppendedTextKeepsItsFile) {
  LocatedText text = LocatedText::FromFile(File("a or b"));
  const auto other = std::make_shared<SourceFile>("b.yaml", "and c");
  text.AppendSpaced(LocatedText::FromFile(other));
  EXPECT_EQ(text.text(), "a or b and c");
  EXPECT_EQ(text.Range(5, 6).file->name(), "a.yaml");
  EXPECT_EQ(text.Range(7, 10).file->name(), "b.yaml");
  EXPECT_EQ(text.Range(7, 10).begin, 0u);
  EXPECT_EQ(text.Range(7, 10).end, 3u);
  // A range over both ends with the first.
  EXPECT_EQ(text.Range(0, 12).file->name(), "a.yaml");
}

TEST(LocatedTextTest, AppendingToNothingAddsNoBlank) {
  LocatedText text;
  text.AppendSpaced(LocatedText::FromFile(File("a")));
  EXPECT_EQ(text.text(), "a");
}

TEST(LocatedTextTest, PartsKeepTheirPlaces) {
  LocatedText text = LocatedText::FromFile(File("  a b \n"));
  EXPECT_EQ(text.Trimmed().text(), "a b");
  EXPECT_EQ(text.Trimmed().Whole().begin, 2u);
  EXPECT_EQ(text.Trimmed().Whole().end, 5u);
  text.AppendSpaced(
      LocatedText::FromFile(std::make_shared<SourceFile>("b.yaml", "and c")));
  const LocatedText part = text.Substring(4, 11);
  EXPECT_EQ(part.text(), "b \n and");
  EXPECT_EQ(part.Range(0, 1).begin, 4u);
  EXPECT_EQ(part.Range(4, 7).file->name(), "b.yaml");
  EXPECT_EQ(part.Range(4, 7).end, 3u);
}

TEST(LocatedTextTest, OnlyBlanksTrimToNothing) {
  EXPECT_TRUE(LocatedText::FromFile(File(" \n\t")).Trimmed().empty());
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/source.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

std::vector<uint32_t> All(const ByteOffsets& offsets) {
  std::vector<uint32_t> all;
  for (size_t i = 0; i < offsets.size(); ++i) all.push_back(offsets[i]);
  return all;
}

TEST(ByteOffsetsTest, KnowsEachByteOfItsRuns) {
  ByteOffsets offsets;
  EXPECT_TRUE(offsets.empty());
  offsets.AddRun(3, 2);
  offsets.AddRun(5, 1);  // goes on
  offsets.AddRun(9, 0);  // nothing
  offsets.Add(5);        // an escape of two bytes
  offsets.AddRun(8, 3);
  EXPECT_EQ(All(offsets), (std::vector<uint32_t>{3, 4, 5, 5, 8, 9, 10}));
  EXPECT_EQ(offsets.back(), 10u);
}

TEST(ByteOffsetsTest, EverySliceHasTheSameOffsets) {
  ByteOffsets offsets;
  offsets.AddRun(3, 3);
  offsets.Add(5);
  offsets.AddRun(8, 3);
  const std::vector<uint32_t> all = All(offsets);
  for (size_t begin = 0; begin <= all.size(); ++begin) {
    for (size_t end = begin; end <= all.size(); ++end) {
      EXPECT_EQ(All(offsets.Slice(begin, end)),
                std::vector<uint32_t>(all.begin() + begin, all.begin() + end))
          << begin << " to " << end;
    }
  }
}

TEST(LocatedTextTest, TellsWhereItsBytesStood) {
  ByteOffsets offsets;
  offsets.Add(2);
  offsets.AddRun(4, 2);
  LocatedText text;
  text.Append("abc", File("..a.bc"), offsets);
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

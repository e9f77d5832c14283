// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/line_reader.h"

#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace eyrie::cli {
namespace {

using Result = LineReader::Result;

TEST(LineReaderTest, GivesLinesWithTheirNumbers) {
  std::istringstream in("one\n\n \t\r\nfour\r\nfive");
  LineReader reader(in, 100);
  std::string line;
  EXPECT_EQ(reader.Next(&line), Result::kLine);
  EXPECT_EQ(line, "one");
  EXPECT_EQ(reader.number(), 1u);
  EXPECT_EQ(reader.Next(&line), Result::kLine);
  EXPECT_EQ(line, "four\r");
  EXPECT_EQ(reader.number(), 4u);
  EXPECT_EQ(reader.Next(&line), Result::kLine);
  EXPECT_EQ(line, "five");
  EXPECT_EQ(reader.Next(&line), Result::kEnd);
  EXPECT_FALSE(in.bad());
}

TEST(LineReaderTest, SkipsALineThatIsTooLong) {
  std::istringstream in("12345\n123456\n" + std::string(1 << 20, 'x') +
                        "\n1\n");
  LineReader reader(in, 5);
  std::string line;
  EXPECT_EQ(reader.Next(&line), Result::kLine);
  EXPECT_EQ(line, "12345");
  EXPECT_EQ(reader.Next(&line), Result::kTooLong);
  EXPECT_EQ(reader.Next(&line), Result::kTooLong);
  EXPECT_LE(line.size(), 5u);
  EXPECT_EQ(reader.Next(&line), Result::kLine);
  EXPECT_EQ(line, "1");
  EXPECT_EQ(reader.number(), 4u);
  EXPECT_EQ(reader.Next(&line), Result::kEnd);
}

TEST(LineReaderTest, SaysThatReadingFailed) {
  std::ifstream folder(".");
  LineReader reader(folder, 5);
  std::string line;
  EXPECT_EQ(reader.Next(&line), Result::kEnd);
  EXPECT_TRUE(folder.bad());
}

}  // namespace
}  // namespace eyrie::cli

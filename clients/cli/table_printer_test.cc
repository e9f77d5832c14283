// SPDX-License-Identifier: Apache-2.0
//
// Tests of tables.

#include "clients/cli/table_printer.h"

#include <string>

#include "gtest/gtest.h"

namespace eyrie::cli {
namespace {

TEST(TablePrinterTest, PrintsColumnsAsWideAsTheirCells) {
  TablePrinter table({"NAME", "COUNT", "RULE"});
  table.AlignRight(1);
  table.AddRow({"node1", "7", "Password hashes read"});
  table.AddRow({"a", "12345", ""});
  EXPECT_EQ(table.ToString(0),
            "NAME   COUNT  RULE\n"
            "node1      7  Password hashes read\n"
            "a      12345  -\n");
}

TEST(TablePrinterTest, CountsCharactersNotBytes) {
  TablePrinter table({"A", "B"});
  table.AddRow({"é", "x"});
  EXPECT_EQ(table.ToString(0),
            "A  B\n"
            "é  x\n");
}

TEST(TablePrinterTest, CutsTheWidestColumnsToFit) {
  TablePrinter table({"A", "B", "C"});
  table.AddRow({"0123456789012345678901234", "012345678901234567890", "short"});
  // 30 columns: two gaps, "short", and 21 for the other two.
  EXPECT_EQ(table.ToString(30),
            "A           B            C\n"
            "012345678…  0123456789…  short\n");
}

TEST(TablePrinterTest, KeepsColumnsReadableWhereNothingFits) {
  TablePrinter table({"A", "B"});
  table.AddRow({"0123456789", "0123456789"});
  EXPECT_EQ(table.ToString(5),
            "A         B\n"
            "0123456…  0123456…\n");
}

TEST(TablePrinterTest, EscapesCells) {
  TablePrinter table({"A"});
  table.AddRow({"\x1b[31m\nforged row"});
  EXPECT_EQ(table.ToString(0),
            "A\n"
            "\\x1b[31m\\nforged row\n");
}

TEST(TablePrinterTest, IsEmptyWithoutRows) {
  EXPECT_TRUE(TablePrinter({"A"}).empty());
}

TEST(TablePrinterTest, AbortsOnARowOfOtherLength) {
  TablePrinter table({"A"});
  EXPECT_DEATH(table.AddRow({"a", "b"}), "2 cells for 1 columns");
}

TEST(FieldPrinterTest, AlignsValuesAndLeavesOutEmptyOnes) {
  FieldPrinter fields;
  fields.Add("rule", "A");
  fields.Add("assignee", "");
  fields.Add("first seen", "x\ny");
  EXPECT_EQ(fields.ToString(),
            "rule:        A\n"
            "first seen:  x\\ny\n");
}

}  // namespace
}  // namespace eyrie::cli

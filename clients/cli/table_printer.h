// SPDX-License-Identifier: Apache-2.0
//
// Tables for people.
//
// Usage:
//
//   TablePrinter table({"NAME", "STATE", "OUTPUT"});
//   table.AddRow({"node1", "connected", "…"});
//   *out << table.ToString(80);

#ifndef EYRIE_CLIENTS_CLI_TABLE_PRINTER_H_
#define EYRIE_CLIENTS_CLI_TABLE_PRINTER_H_

#include <cstddef>
#include <string>
#include <vector>

namespace eyrie::cli {

// Columns are as wide as their widest cell, two blanks apart, text left and
// numbers right.
//
// Thread safety: none.
class TablePrinter {
 public:
  explicit TablePrinter(std::vector<std::string> headings);

  // Sets the column (from 0) flush right.
  void AlignRight(size_t column);

  // Adds a row; cells are made safe here. An empty cell shows as "-".
  // REQUIRES: as many cells as headings.
  void AddRow(const std::vector<std::string>& cells);

  bool empty() const { return rows_.empty(); }

  // Headings and rows, one a line. With `max_width` > 0, the widest columns
  // are cut until lines fit, but none below kMinCutColumn.
  std::string ToString(size_t max_width) const;

  // Narrower columns say nothing any more.
  static constexpr size_t kMinCutColumn = 8;

 private:
  std::vector<size_t> ColumnWidths(size_t max_width) const;
  void AppendLine(const std::vector<std::string>& cells,
                  const std::vector<size_t>& widths, std::string* text) const;

  std::vector<std::string> headings_;
  std::vector<bool> is_right_;
  std::vector<std::vector<std::string>> rows_;
};

// Lines of "name: value" with the values in one column, for a single thing.
//
// Thread safety: none.
class FieldPrinter {
 public:
  // Adds a line; an empty value is left out.
  void Add(const std::string& name, const std::string& value);
  std::string ToString() const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_TABLE_PRINTER_H_

// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/table_printer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"

#include "clients/cli/text.h"

namespace eyrie::cli {
namespace {

constexpr size_t kGap = 2;

// Appends `text` and blanks up to `width` columns.
void AppendPadded(const std::string& text, size_t width, bool is_right,
                  std::string* line) {
  const size_t taken = TextWidth(text);
  const size_t blanks = taken < width ? width - taken : 0;
  if (is_right) line->append(blanks, ' ');
  line->append(text);
  if (!is_right) line->append(blanks, ' ');
}

}  // namespace

TablePrinter::TablePrinter(std::vector<std::string> headings)
    : headings_(std::move(headings)), is_right_(headings_.size(), false) {}

void TablePrinter::AlignRight(size_t column) { is_right_.at(column) = true; }

void TablePrinter::AddRow(const std::vector<std::string>& cells) {
  if (cells.size() != headings_.size()) {
    std::fprintf(stderr, "TablePrinter: %zu cells for %zu columns\n",
                 cells.size(), headings_.size());
    std::abort();
  }
  std::vector<std::string> safe;
  safe.reserve(cells.size());
  for (const std::string& cell : cells) {
    safe.push_back(cell.empty() ? "-" : SafeText(cell));
  }
  rows_.push_back(std::move(safe));
}

std::vector<size_t> TablePrinter::ColumnWidths(size_t max_width) const {
  std::vector<size_t> widths;
  for (const std::string& heading : headings_) {
    widths.push_back(TextWidth(heading));
  }
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], TextWidth(row[i]));
    }
  }
  if (max_width == 0) return widths;
  size_t total = kGap * (widths.size() - 1);
  for (const size_t width : widths) total += width;
  while (total > max_width) {
    // The widest gives, down to the second widest at once.
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kMinCutColumn) break;
    size_t second = kMinCutColumn;
    for (auto it = widths.begin(); it != widths.end(); ++it) {
      if (it != widest) second = std::max(second, *it);
    }
    size_t cut = std::min(total - max_width, *widest - kMinCutColumn);
    if (*widest > second) cut = std::min(cut, *widest - second);
    if (*widest == second) cut = 1;
    *widest -= cut;
    total -= cut;
  }
  return widths;
}

void TablePrinter::AppendLine(const std::vector<std::string>& cells,
                              const std::vector<size_t>& widths,
                              std::string* text) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.append(kGap, ' ');
    AppendPadded(CutText(cells[i], widths[i]), widths[i], is_right_[i], &line);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  absl::StrAppend(text, line, "\n");
}

std::string TablePrinter::ToString(size_t max_width) const {
  const std::vector<size_t> widths = ColumnWidths(max_width);
  std::string text;
  AppendLine(headings_, widths, &text);
  for (const std::vector<std::string>& row : rows_) {
    AppendLine(row, widths, &text);
  }
  return text;
}

void FieldPrinter::Add(const std::string& name, const std::string& value) {
  if (!value.empty()) lines_.emplace_back(name, SafeText(value));
}

std::string FieldPrinter::ToString() const {
  size_t width = 0;
  for (const auto& [name, value] : lines_) {
    width = std::max(width, name.size());
  }
  std::string text;
  for (const auto& [name, value] : lines_) {
    std::string line;
    AppendPadded(absl::StrCat(name, ":"), width + 1 + kGap, false, &line);
    absl::StrAppend(&text, line, value, "\n");
  }
  return text;
}

}  // namespace eyrie::cli

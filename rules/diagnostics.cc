// SPDX-License-Identifier: Apache-2.0

#include "rules/diagnostics.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eyrie::rules {
namespace {

// An excerpt shows at most this many bytes of a line.
constexpr size_t kExcerptBytes = 120;
// Where a line is cut, this many bytes before the mistake stay.
constexpr size_t kBytesBefore = 50;
constexpr absl::string_view kCut = "...";
constexpr absl::string_view kIndent = "  ";

// Names longer than this get no suggestion, nor are more candidates compared:
// a hostile file would cost minutes.
constexpr size_t kMaxNameBytes = 48;
constexpr size_t kMaxCandidates = 1000;

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "";
}

bool IsContinuation(char c) { return (c & 0xC0) == 0x80; }

// What the user wrote may hold escape sequences for terminals.
std::string WithoutControls(absl::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (absl::ascii_iscntrl(c)) {
      absl::StrAppendFormat(&safe, "\\x%02x", static_cast<unsigned char>(c));
    } else {
      safe.push_back(c);
    }
  }
  return safe;
}

// The part of a line that is shown, and where it was cut.
struct Window {
  size_t begin;
  size_t end;
};

Window WindowAround(absl::string_view line, size_t column) {
  Window window{0, line.size()};
  if (line.size() <= kExcerptBytes) return window;
  if (column > kBytesBefore) window.begin = column - kBytesBefore;
  window.begin = std::min(window.begin, line.size() - kExcerptBytes);
  window.end = window.begin + kExcerptBytes;
  while (window.begin > 0 && IsContinuation(line[window.begin])) {
    --window.begin;
  }
  while (window.end < line.size() && IsContinuation(line[window.end])) {
    ++window.end;
  }
  return window;
}

// Edit distance with neighbors swapped counting one; more than `limit` is
// returned as limit + 1.
size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit) {
  const size_t difference =
      a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    std::swap(before, above);
    std::swap(above, row);
  }
  return std::min(above[b.size()], limit + 1);
}

}  // namespace

void Diagnostics::Error(absl::string_view code, SourceRange range,
                        std::string message, std::string hint) {
  Add({Severity::kError, std::string(code), std::move(range),
       std::move(message), std::move(hint)});
}

void Diagnostics::Warning(absl::string_view code, SourceRange range,
                          std::string message, std::string hint) {
  Add({Severity::kWarning, std::string(code), std::move(range),
       std::move(message), std::move(hint)});
}

void Diagnostics::Add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++errors_;
  if (diagnostic.severity == Severity::kWarning) ++warnings_;
  if (is_full()) {
    ++dropped_;
    return;
  }
  entries_.push_back(std::move(diagnostic));
}

std::string Diagnostics::ToString() const {
  std::string text;
  for (const Diagnostic& diagnostic : entries_) {
    text += FormatDiagnostic(diagnostic);
  }
  if (dropped_ > 0) {
    absl::StrAppend(&text, "note: ", dropped_,
                    " further diagnostics are not shown\n");
  }
  return text;
}

std::string FormatDiagnostic(const Diagnostic& diagnostic) {
  std::string text;
  const SourceRange& range = diagnostic.range;
  if (range.file != nullptr) {
    const SourceFile::Position position = range.file->At(range.begin);
    absl::StrAppend(&text, range.file->name(), ":", position.line, ":",
                    position.column, ": ");
  }
  absl::StrAppend(&text, SeverityName(diagnostic.severity), ": ",
                  WithoutControls(diagnostic.message), " [", diagnostic.code,
                  "]\n", FormatExcerpt(range));
  if (!diagnostic.hint.empty()) {
    absl::StrAppend(&text, kIndent, "hint: ", WithoutControls(diagnostic.hint),
                    "\n");
  }
  return text;
}

std::string FormatExcerpt(const SourceRange& range) {
  if (range.file == nullptr) return "";
  const SourceFile::Position position = range.file->At(range.begin);
  const absl::string_view line = range.file->Line(position.line);
  const size_t column =
      std::min(static_cast<size_t>(position.column - 1), line.size());
  const size_t length = range.end > range.begin ? range.end - range.begin : 0;
  const size_t mark_end = std::min(column + length, line.size());
  const Window window = WindowAround(line, column);

  std::string shown(kIndent);
  std::string marks(kIndent);
  if (window.begin > 0) {
    absl::StrAppend(&shown, kCut);
    marks.append(kCut.size(), ' ');
  }
  for (size_t i = window.begin; i < window.end; ++i) {
    const char c = line[i];
    // A tab stays a tab in both lines, so that they keep in step.
    const bool is_tab = c == '\t';
    shown.push_back(absl::ascii_iscntrl(c) && !is_tab ? '?' : c);
    if (i > column && i >= mark_end) continue;
    if (IsContinuation(c) && i != column) continue;
    marks.push_back(i < column    ? (is_tab ? '\t' : ' ')
                    : i == column ? '^'
                                  : '~');
  }
  if (column >= window.end) marks.push_back('^');
  if (window.end < line.size()) absl::StrAppend(&shown, kCut);
  return absl::StrCat(shown, "\n", marks, "\n");
}

std::string NearestName(absl::string_view name,
                        const std::vector<absl::string_view>& candidates) {
  if (name.size() > kMaxNameBytes) return "";
  size_t best_distance = name.size() / 3;
  absl::string_view best;
  const size_t count = std::min(candidates.size(), kMaxCandidates);
  for (size_t i = 0; i < count; ++i) {
    const absl::string_view candidate = candidates[i];
    const size_t distance = EditDistance(name, candidate, best_distance);
    if (distance > best_distance) continue;
    // Of equally near names the first in the alphabet, whatever their order.
    if (distance == best_distance && !best.empty() && best <= candidate) {
      continue;
    }
    best = candidate;
    best_distance = distance;
  }
  return std::string(best);
}

}  // namespace eyrie::rules

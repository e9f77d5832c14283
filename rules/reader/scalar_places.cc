// SPDX-License-Identifier: Apache-2.0
//
// The parser gives a scalar's value and where it starts, but not how one became
// the other. This walks over both side by side:
//
//   file     condition: >\n    proc.name =\n    "a"\n
//   value    proc.name = "a"\n
//
// A byte that is no white space stands in the file as it is, or as an escape. A
// run of white space stands there as a run of white space: a folded line is a
// line end with its indentation.

#include "rules/reader/scalar_places.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"

namespace eyrie::rules {
namespace {

enum class Style { kPlain, kSingleQuoted, kDoubleQuoted, kBlock };

bool IsWhite(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

size_t WhiteEnd(absl::string_view text, size_t at) {
  while (at < text.size() && IsWhite(text[at])) ++at;
  return at;
}

// Behind tags (`!str`) and anchors (`&name`) before a scalar.
size_t SkipProperties(absl::string_view file, size_t at) {
  while (at < file.size() && (file[at] == '!' || file[at] == '&')) {
    while (at < file.size() && !IsWhite(file[at])) ++at;
    at = WhiteEnd(file, at);
  }
  return at;
}

Style StyleAt(absl::string_view file, size_t at) {
  if (at >= file.size()) return Style::kPlain;
  switch (file[at]) {
    case '"':
      return Style::kDoubleQuoted;
    case '\'':
      return Style::kSingleQuoted;
    case '|':
    case '>':
      return Style::kBlock;
  }
  return Style::kPlain;
}

// UTF-8 of `code`.
std::string Utf8(uint32_t code) {
  std::string text;
  if (code < 0x80) {
    text.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    text.push_back(static_cast<char>(0xC0 | code >> 6));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | code >> 12));
    text.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    text.push_back(static_cast<char>(0xF0 | code >> 18));
    text.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
  return text;
}

// An escape of a double-quoted scalar: what it stands for, how long it is.
struct Escape {
  std::string text;
  size_t length;
};

Escape ReadEscape(absl::string_view file, size_t at) {
  if (at + 1 >= file.size()) return {"\\", 1};
  const char c = file[at + 1];
  switch (c) {
    case '0':
      return {std::string(1, '\0'), 2};
    case 'a':
      return {"\a", 2};
    case 'b':
      return {"\b", 2};
    case 't':
      return {"\t", 2};
    case 'n':
      return {"\n", 2};
    case 'v':
      return {"\v", 2};
    case 'f':
      return {"\f", 2};
    case 'r':
      return {"\r", 2};
    case 'e':
      return {"\x1b", 2};
    case 'N':
      return {Utf8(0x85), 2};
    case '_':
      return {Utf8(0xA0), 2};
    case 'L':
      return {Utf8(0x2028), 2};
    case 'P':
      return {Utf8(0x2029), 2};
    // A line end that is taken out, with the indentation behind it.
    case '\r':
    case '\n':
      return {"", WhiteEnd(file, at + 1) - at};
  }
  const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0 || at + 2 + digits > file.size()) {
    return {std::string(1, c), 2};
  }
  uint32_t code = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char digit = absl::ascii_tolower(file[at + 2 + i]);
    code = code * 16 +
           static_cast<uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  return {Utf8(code), 2 + digits};
}

// Walks over the file beside the value.
class Aligner {
 public:
  Aligner(absl::string_view file, size_t at, Style style,
          absl::string_view value)
      : file_(file), at_(at), style_(style), value_(value) {}

  ByteOffsets Align() {
    while (offsets_.size() < value_.size()) {
      if (TakeCopy() || TakeEscape()) continue;
      if (IsWhite(value_[offsets_.size()])) {
        TakeWhite();
      } else {
        TakeByte();
      }
    }
    return std::move(offsets_);
  }

  // Behind the last byte that was matched.
  size_t position() const { return at_; }

 private:
  void Place(size_t count, size_t place) {
    place = std::min(place, file_.size());
    count = std::min(count, value_.size() - offsets_.size());
    for (size_t i = 0; i < count; ++i) {
      offsets_.Add(static_cast<uint32_t>(place));
    }
  }

  // Whether `c` stands in the file as it is, wherever it does.
  bool IsPlain(char c) const {
    return !IsWhite(c) && (c != '\\' || style_ != Style::kDoubleQuoted) &&
           (c != '\'' || style_ != Style::kSingleQuoted);
  }

  // Takes as many bytes at once as are in the file what they are in the value:
  // plain ones, and single blanks between them. False if there are none.
  bool TakeCopy() {
    const absl::string_view value = value_.substr(offsets_.size());
    const absl::string_view file = file_.substr(std::min(at_, file_.size()));
    const size_t limit = std::min(value.size(), file.size());
    const auto is_plain = [&](size_t i) {
      return i < limit && value[i] == file[i] && IsPlain(value[i]);
    };
    size_t end = 0;
    while (is_plain(end) || (end < limit && value[end] == ' ' &&
                             file[end] == ' ' && is_plain(end + 1))) {
      ++end;
    }
    if (end == 0) return false;
    offsets_.AddRun(static_cast<uint32_t>(at_), end);
    at_ += end;
    return true;
  }

  bool TakeEscape() {
    if (style_ != Style::kDoubleQuoted || at_ >= file_.size() ||
        file_[at_] != '\\') {
      return false;
    }
    const Escape escape = ReadEscape(file_, at_);
    Place(escape.text.size(), at_);
    at_ += escape.length;
    return true;
  }

  void TakeWhite() {
    const size_t end = WhiteEnd(file_, at_);
    const size_t lines = static_cast<size_t>(
        std::count(file_.begin() + at_, file_.begin() + end, '\n'));
    size_t run = 0;
    while (offsets_.size() + run < value_.size() &&
           IsWhite(value_[offsets_.size() + run])) {
      ++run;
    }
    // In a flow scalar one line end is a blank, n + 1 of them are n line ends;
    // an escape may add to the run. In a block all white space is one run.
    if (style_ != Style::kBlock && end > at_) {
      const size_t folded = lines == 0 ? end - at_ : lines - 1;
      run = std::min(run, std::max<size_t>(folded, 1));
    }
    for (size_t i = 0; i < std::max<size_t>(run, 1); ++i) {
      Place(1, end > at_ ? std::min(at_ + i, end - 1) : at_);
    }
    at_ = end;
  }

  void TakeByte() {
    const char c = value_[offsets_.size()];
    // Indentation, or a trailing blank that was folded away.
    if (at_ < file_.size() && file_[at_] != c) at_ = WhiteEnd(file_, at_);
    if (at_ < file_.size() && file_[at_] == '\\' && TakeEscape()) return;
    Place(1, at_);
    if (at_ >= file_.size() || file_[at_] != c) return;
    ++at_;
    // '' stands for one quote.
    if (style_ == Style::kSingleQuoted && c == '\'' && at_ < file_.size() &&
        file_[at_] == '\'') {
      ++at_;
    }
  }

  absl::string_view file_;
  size_t at_;
  Style style_;
  absl::string_view value_;
  ByteOffsets offsets_;
};

}  // namespace

ScalarPlaces LocateScalar(absl::string_view file, size_t start,
                          absl::string_view value) {
  const size_t begin = SkipProperties(file, std::min(start, file.size()));
  const Style style = StyleAt(file, begin);
  size_t content = begin;
  if (style == Style::kBlock) {
    // The header, `>-2 # comment`, ends with its line.
    const size_t line_end = file.find('\n', begin);
    content = line_end == absl::string_view::npos ? file.size() : line_end + 1;
  } else if (style != Style::kPlain) {
    ++content;
  }
  Aligner aligner(file, content, style, value);
  ScalarPlaces places;
  places.offsets = aligner.Align();
  size_t end = aligner.position() + 1;  // the closing quote
  if (style == Style::kPlain || style == Style::kBlock) {
    // White space at the end may belong to what follows.
    size_t last = value.size();
    while (last > 0 && IsWhite(value[last - 1])) --last;
    end = last > 0 ? places.offsets[last - 1] + 1 : content;
  } else {
    places.is_closed = WhiteEnd(file, aligner.position()) < file.size();
  }
  places.begin = static_cast<uint32_t>(begin);
  places.end = static_cast<uint32_t>(std::min(end, file.size()));
  return places;
}

}  // namespace eyrie::rules

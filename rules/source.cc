// SPDX-License-Identifier: Apache-2.0

#include "rules/source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace eyrie::rules {

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

SourceFile::Position SourceFile::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const size_t line = static_cast<size_t>(next - line_starts_.begin());
  return {static_cast<int>(line),
          static_cast<int>(offset - line_starts_[line - 1] + 1)};
}

absl::string_view SourceFile::Line(int line) const {
  const size_t begin = LineStart(line);
  size_t end = text_.find('\n', begin);
  if (end == std::string::npos) end = text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return absl::string_view(text_).substr(begin, end - begin);
}

size_t SourceFile::LineStart(int line) const {
  const size_t index = line < 1 ? 0 : static_cast<size_t>(line) - 1;
  return line_starts_[std::min(index, line_starts_.size() - 1)];
}

const ByteOffsets::Run* ByteOffsets::RunOf(size_t at) const {
  const auto next = std::upper_bound(
      runs_.begin(), runs_.end(), at,
      [](size_t byte, const Run& run) { return byte < run.begin; });
  return &*(next - 1);
}

uint32_t ByteOffsets::operator[](size_t at) const {
  const Run& run = *RunOf(at);
  return run.offset + (static_cast<uint32_t>(at) - run.begin);
}

void ByteOffsets::AddRun(uint32_t offset, size_t count) {
  if (count == 0) return;
  if (runs_.empty() ||
      offset != runs_.back().offset + (size_ - runs_.back().begin)) {
    runs_.push_back({size_, offset});
  }
  size_ += static_cast<uint32_t>(count);
}

ByteOffsets ByteOffsets::Slice(size_t begin, size_t end) const {
  ByteOffsets slice;
  if (begin == end) return slice;
  const Run* const all_end = runs_.data() + runs_.size();
  for (const Run* run = RunOf(begin); run != all_end && run->begin < end;
       ++run) {
    const size_t from = std::max<size_t>(begin, run->begin);
    const size_t run_end = run + 1 == all_end ? size_ : run[1].begin;
    slice.AddRun(run->offset + static_cast<uint32_t>(from - run->begin),
                 std::min(end, run_end) - from);
  }
  return slice;
}

LocatedText::LocatedText(std::string text) : text_(std::move(text)) {}

LocatedText LocatedText::FromFile(std::shared_ptr<const SourceFile> file) {
  const absl::string_view text = file->text();
  ByteOffsets offsets;
  offsets.AddRun(0, text.size());
  LocatedText all;
  all.Append(text, std::move(file), std::move(offsets));
  return all;
}

void LocatedText::Append(absl::string_view text,
                         std::shared_ptr<const SourceFile> file,
                         ByteOffsets offsets) {
  if (text.empty()) return;
  pieces_.push_back({text_.size(), std::move(file), std::move(offsets)});
  text_.append(text.data(), text.size());
}

void LocatedText::AppendSpaced(const LocatedText& other) {
  if (!text_.empty()) {
    text_.push_back(' ');
    // The blank stands behind what was there.
    if (!pieces_.empty() && !pieces_.back().offsets.empty()) {
      pieces_.back().offsets.Add(pieces_.back().offsets.back() + 1);
    }
  }
  for (const Piece& piece : other.pieces_) {
    pieces_.push_back({text_.size() + piece.begin, piece.file, piece.offsets});
  }
  text_ += other.text_;
}

LocatedText LocatedText::Substring(size_t begin, size_t end) const {
  LocatedText part;
  part.text_ = text_.substr(begin, end - begin);
  for (const Piece& piece : pieces_) {
    const size_t from = std::max(begin, piece.begin);
    const size_t to = std::min(end, piece.begin + piece.offsets.size());
    if (from >= to) continue;
    part.pieces_.push_back(
        {from - begin, piece.file,
         piece.offsets.Slice(from - piece.begin, to - piece.begin)});
  }
  return part;
}

LocatedText LocatedText::Trimmed() const {
  size_t begin = 0;
  size_t end = text_.size();
  while (begin < end && absl::ascii_isspace(text_[begin])) ++begin;
  while (end > begin && absl::ascii_isspace(text_[end - 1])) --end;
  return Substring(begin, end);
}

size_t LocatedText::PieceAt(size_t at) const {
  const auto next = std::upper_bound(
      pieces_.begin(), pieces_.end(), at,
      [](size_t offset, const Piece& piece) { return offset < piece.begin; });
  if (next == pieces_.begin()) return 0;
  return static_cast<size_t>(next - pieces_.begin()) - 1;
}

SourceRange LocatedText::Range(size_t begin, size_t end) const {
  if (pieces_.empty()) return {};
  begin = std::min(begin, text_.size());
  end = std::clamp(end, begin, text_.size());
  const Piece& piece = pieces_[PieceAt(begin)];
  if (begin < piece.begin) return {};
  const size_t size = piece.offsets.size();
  const size_t first = begin - piece.begin;
  // Behind the last byte: an empty range there.
  if (first >= size) {
    const uint32_t behind = piece.offsets.back() + 1;
    return {piece.file, behind, behind};
  }
  if (begin == end) {
    return {piece.file, piece.offsets[first], piece.offsets[first]};
  }
  const size_t last = std::min(end - piece.begin, size) - 1;
  return {piece.file, piece.offsets[first], piece.offsets[last] + 1};
}

}  // namespace eyrie::rules

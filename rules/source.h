// SPDX-License-Identifier: Apache-2.0
//
// Places in rule files: files, ranges, lines and columns.

#ifndef EYRIE_RULES_SOURCE_H_
#define EYRIE_RULES_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace eyrie::rules {

// One file as the user wrote it.
class SourceFile {
 public:
  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  absl::string_view text() const { return text_; }

  // Line and column, both from 1; columns count bytes. `offset` may be
  // text().size().
  struct Position {
    int line;
    int column;
  };
  Position At(size_t offset) const;
  // Text of a line (from 1) without its line end.
  absl::string_view Line(int line) const;
  // Offset of a line's first byte.
  size_t LineStart(int line) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<size_t> line_starts_;
};

// Bytes [begin, end) of a file. Default: nowhere, which prints no place.
struct SourceRange {
  std::shared_ptr<const SourceFile> file;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Where each byte of a text stood in its file. Bytes that stood one behind the
// other take memory once: most texts are one run, or one for each line.
class ByteOffsets {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // REQUIRES: at < size().
  uint32_t operator[](size_t at) const;
  // REQUIRES: not empty.
  uint32_t back() const { return (*this)[size_ - 1]; }

  // Adds `count` bytes that stood at `offset` and behind it.
  void AddRun(uint32_t offset, size_t count);
  void Add(uint32_t offset) { AddRun(offset, 1); }
  // Of bytes [begin, end). REQUIRES: begin <= end <= size().
  ByteOffsets Slice(size_t begin, size_t end) const;

 private:
  struct Run {
    uint32_t begin;   // the first byte's number
    uint32_t offset;  // where it stood
  };
  // The run of byte `at`. REQUIRES: at < size().
  const Run* RunOf(size_t at) const;

  absl::InlinedVector<Run, 1> runs_;
  uint32_t size_ = 0;
};

// A string of a rule file together with where each of its bytes stood: YAML
// folds lines and resolves escapes, a diagnostic wants the user's place.
// Appended parts (override: append) keep their own files.
class LocatedText {
 public:
  LocatedText() = default;
  // Text with no place, as of a command line.
  explicit LocatedText(std::string text);
  // All of `file`, byte for byte.
  static LocatedText FromFile(std::shared_ptr<const SourceFile> file);

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  // Adds `text`, whose byte i stood at offsets[i] of `file`. REQUIRES: as many
  // offsets as bytes.
  void Append(absl::string_view text, std::shared_ptr<const SourceFile> file,
              ByteOffsets offsets);
  // Adds one blank and then `other`, as `append` does.
  void AppendSpaced(const LocatedText& other);
  // Bytes [begin, end) with their places. REQUIRES: begin <= end <= size.
  LocatedText Substring(size_t begin, size_t end) const;
  // Without white space at either end.
  LocatedText Trimmed() const;
  // Where bytes [begin, end) of text() stood. Clamped; if they come from more
  // than one file, the range ends with the first.
  SourceRange Range(size_t begin, size_t end) const;
  // Where all of it stood.
  SourceRange Whole() const { return Range(0, text_.size()); }

 private:
  // Consecutive bytes of text_ that stood in one file.
  struct Piece {
    size_t begin;  // in text_
    std::shared_ptr<const SourceFile> file;
    ByteOffsets offsets;
  };
  // Index of the piece that holds byte `at`. REQUIRES: there are pieces.
  size_t PieceAt(size_t at) const;

  std::string text_;
  absl::InlinedVector<Piece, 1> pieces_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCE_H_

// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a rule file, told so that its author can mend it.

#ifndef EYRIE_RULES_DIAGNOSTICS_H_
#define EYRIE_RULES_DIAGNOSTICS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "rules/source.h"

namespace eyrie::rules {

enum class Severity { kError, kWarning, kNote };

// One mistake or remark. `code` is stable ("unknown-field"), lower case with
// hyphens, and listed in docs/diagnostics.md.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;
  SourceRange range;
  std::string message;  // lower case, no full stop
  std::string hint;     // what to do; may be empty
};

// Everything found while rules are loaded, in order. Passes add and go on, so
// that one run shows every mistake.
class Diagnostics {
 public:
  // Beyond this many, further ones are only counted: a hostile file cannot fill
  // memory.
  static constexpr size_t kMaxEntries = 1000;

  void Error(absl::string_view code, SourceRange range, std::string message,
             std::string hint = "");
  void Warning(absl::string_view code, SourceRange range, std::string message,
               std::string hint = "");
  void Add(Diagnostic diagnostic);

  bool has_errors() const { return errors_ > 0; }
  size_t errors() const { return errors_; }
  size_t warnings() const { return warnings_; }
  // Whether further ones are only counted: hints need not be made.
  bool is_full() const { return entries_.size() >= kMaxEntries; }
  // Diagnostics that were counted but not kept.
  size_t dropped() const { return dropped_; }
  const std::vector<Diagnostic>& entries() const { return entries_; }

  // `file:line:col: error: message [code]`, the line with a caret below, and
  // `hint: ...`, for each entry.
  std::string ToString() const;

 private:
  std::vector<Diagnostic> entries_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
  size_t dropped_ = 0;
};

// One diagnostic as ToString() prints it, ending in a newline.
std::string FormatDiagnostic(const Diagnostic& diagnostic);

// The file's line with a caret below the range; empty if it has no place.
std::string FormatExcerpt(const SourceRange& range);

// Of `candidates` the one most like `name` (edit distance at most a third of
// its length), or empty: for hints "did you mean ...?".
std::string NearestName(absl::string_view name,
                        const std::vector<absl::string_view>& candidates);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_DIAGNOSTICS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Stage 3 of the rule engine: cuts a condition's text into tokens.

#ifndef EYRIE_RULES_SYNTAX_LEXER_H_
#define EYRIE_RULES_SYNTAX_LEXER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "rules/syntax/token.h"

namespace eyrie::rules {

// A cursor over a condition. The parser asks for the token it expects next,
// because the same text is a keyword in one place and a value in another:
// `proc.name = in`, `fd.port in(1,2)`.
//
// Each Take* moves over the token and returns it; where there is none of its
// kind, it stays and returns nothing. None of them skips blanks.
class Lexer {
 public:
  // `text` must outlive the lexer.
  explicit Lexer(absl::string_view text) : text_(text) {}

  size_t position() const { return position_; }
  // REQUIRES: `position` was returned by position().
  void Rewind(size_t position) { position_ = position; }
  bool at_end() const { return position_ == text_.size(); }
  // What is left.
  absl::string_view rest() const { return text_.substr(position_); }

  // Space, tab, backspace, carriage return, line feed. True if there were any.
  bool SkipBlanks();
  // Exactly these characters, whatever follows.
  bool Take(absl::string_view characters);
  // `word` followed by a blank or the end. Does not take the blank.
  bool TakeSpaced(absl::string_view word);

  // [a-zA-Z]+[a-zA-Z0-9_]*
  std::optional<Token> TakeIdentifier();
  // Identifiers joined by dots, at least two.
  std::optional<Token> TakeFieldName();
  // [^\]\["'\s]+
  std::optional<Token> TakeFieldArgument();
  // 0x[0-9a-zA-Z]+, or [+-]?[0-9]+.?[0-9]*([eE][+-][0-9]+)?
  std::optional<Token> TakeNumber();
  // [^()"'\s=,]+
  std::optional<Token> TakeBareText();
  // '...' or "...". Nothing also if it cannot be read: then `error` says why.
  std::optional<Token> TakeQuoted(std::optional<LexError>& error);

  // The longest run without blanks, parentheses, commas: to name what was found
  // instead. Does not move.
  absl::string_view PeekWord() const;

 private:
  Token TakeUpTo(size_t end);
  // Resolves the escape at `position_`, after its backslash. False: `error`.
  bool TakeEscape(char quote, std::string& text,
                  std::optional<LexError>& error);

  absl::string_view text_;
  size_t position_ = 0;
};

// Resolves escapes of `text` as between double quotes, but a double quote
// stands for itself. Positions of `error` are relative to `text`.
std::optional<std::string> ResolveEscapes(absl::string_view text,
                                          std::optional<LexError>& error);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_LEXER_H_

// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the parser share while they read one text.

#ifndef EYRIE_RULES_SYNTAX_PARSE_STATE_H_
#define EYRIE_RULES_SYNTAX_PARSE_STATE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/lexer.h"
#include "rules/syntax/parser_limits.h"
#include "rules/syntax/token.h"

namespace eyrie::rules {

// A cursor with limits. After the first Fail() nothing more is reported: what
// follows a mistake is guesswork.
class ParseState {
 public:
  // All must outlive the state.
  ParseState(const LocatedText& text, const ParserLimits& limits,
             Diagnostics& diagnostics)
      : lexer(text.text()),
        text_(text),
        limits_(limits),
        diagnostics_(diagnostics) {}

  Lexer lexer;

  SourceRange Range(size_t begin, size_t end) const {
    return text_.Range(begin, end);
  }
  // From `begin` to the cursor, without blanks just before it.
  SourceRange RangeFrom(size_t begin) const;

  bool failed() const { return failed_; }
  void Fail(absl::string_view code, SourceRange range, std::string message,
            std::string hint = "");
  void Fail(const LexError& error);
  // "expected <what>, found '<word>'", at the cursor.
  void FailExpected(absl::string_view what, std::string hint = "");

  // Counts a node or literal. False, and failed, beyond the limit.
  bool CountNode();
  // False, and failed, if `token` is too long.
  bool CheckLength(const Token& token);

  // Takes '...' or "...". Nothing also when failed.
  std::optional<Token> TakeQuoted();
  // A token that became a literal.
  ast::Literal ToLiteral(Token token) const {
    return {std::move(token.text), token.quoted, Range(token.begin, token.end)};
  }

  // One level of nesting for as long as it lives. Not ok, and the state failed,
  // if that is too deep.
  class Nesting {
   public:
    explicit Nesting(ParseState& state);
    ~Nesting() { --state_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    bool ok() const { return ok_; }

   private:
    ParseState& state_;
    bool ok_;
  };

 private:
  const LocatedText& text_;
  const ParserLimits& limits_;
  Diagnostics& diagnostics_;
  size_t depth_ = 0;
  size_t nodes_ = 0;
  bool failed_ = false;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_PARSE_STATE_H_

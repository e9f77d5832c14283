// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/parse_state.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

// Of what was found instead, this much is quoted in messages.
constexpr size_t kMaxQuotedBytes = 40;

}  // namespace

SourceRange ParseState::RangeFrom(size_t begin) const {
  size_t end = lexer.position();
  while (end > begin && absl::ascii_isspace(text_.text()[end - 1])) --end;
  return Range(begin, end);
}

void ParseState::Fail(absl::string_view code, SourceRange range,
                      std::string message, std::string hint) {
  if (failed_) return;
  failed_ = true;
  diagnostics_.Error(code, std::move(range), std::move(message),
                     std::move(hint));
}

void ParseState::Fail(const LexError& error) {
  Fail(error.code, Range(error.begin, error.end), error.message, error.hint);
}

void ParseState::FailExpected(absl::string_view what, std::string hint) {
  const absl::string_view word = lexer.PeekWord().substr(0, kMaxQuotedBytes);
  const size_t begin = lexer.position();
  std::string found = lexer.at_end() ? "but the condition ends here"
                                     : absl::StrCat("found '", word, "'");
  Fail("syntax-error", Range(begin, begin + word.size()),
       absl::StrCat("expected ", what, ", ", found), std::move(hint));
}

bool ParseState::CountNode() {
  if (++nodes_ <= limits_.max_nodes) return true;
  Fail("limit-exceeded", Range(lexer.position(), lexer.position()),
       absl::StrCat("the condition has more than ", limits_.max_nodes,
                    " comparisons and values"),
       "split the rule");
  return false;
}

bool ParseState::CheckLength(const Token& token) {
  if (token.text.size() <= limits_.max_literal_bytes) return true;
  Fail(
      "limit-exceeded", Range(token.begin, token.begin + 1),
      absl::StrCat("this value is ", token.text.size(), " bytes long, at most ",
                   limits_.max_literal_bytes, " are allowed"));
  return false;
}

std::optional<Token> ParseState::TakeQuoted() {
  if (failed_) return std::nullopt;
  std::optional<LexError> error;
  std::optional<Token> token = lexer.TakeQuoted(error);
  if (error) Fail(*error);
  if (!token || !CheckLength(*token)) return std::nullopt;
  return token;
}

ParseState::Nesting::Nesting(ParseState& state)
    : state_(state), ok_(++state.depth_ <= state.limits_.max_depth) {
  if (ok_) return;
  const size_t at = state.lexer.position();
  state.Fail("limit-exceeded", state.Range(at, at),
             absl::StrCat("the condition nests more than ",
                          state.limits_.max_depth, " deep"),
             "move inner parts into macros");
}

}  // namespace eyrie::rules

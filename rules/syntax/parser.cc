// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/parser.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "rules/syntax/comparison_parser.h"
#include "rules/syntax/keywords.h"
#include "rules/syntax/lexer.h"
#include "rules/syntax/operand_parser.h"
#include "rules/syntax/parse_state.h"

namespace eyrie::rules {
namespace {

using ast::Comparison;
using ast::Expr;
using ast::ExprPtr;
using ast::Literal;
using ast::Operand;

template <typename Node>
ExprPtr MakeExpr(Node node, SourceRange range) {
  return std::make_shared<const Expr>(Expr{std::move(node), std::move(range)});
}

// Recursive descent over one condition. Each Parse* returns null once the state
// has failed.
class ConditionParser {
 public:
  explicit ConditionParser(ParseState& state) : state_(state) {}

  ExprPtr ParseAll();

 private:
  ExprPtr ParseOr();
  ExprPtr ParseAnd();
  ExprPtr ParseNot();
  ExprPtr ParseCheck();
  // Behind an opening parenthesis that stood at `open`.
  ExprPtr ParseGroup(size_t open);
  // Takes `and` or `or`, and sees that a blank or parenthesis follows.
  bool TakeConnective(absl::string_view word);
  // Says what is wrong where the condition should go on or end.
  void FailUnexpected();

  ParseState& state_;
  // What was read last, for hints: the name of a macro; a bare value;
  // `or(...)`.
  std::string last_macro_;
  bool last_was_bare_value_ = false;
  bool ends_in_tight_group_ = false;
};

ExprPtr ConditionParser::ParseAll() {
  state_.lexer.SkipBlanks();
  if (state_.lexer.at_end()) {
    state_.Fail("empty-condition", state_.Range(0, 0),
                "the condition is empty");
    return nullptr;
  }
  ExprPtr expr = ParseOr();
  if (expr == nullptr) return nullptr;
  state_.lexer.SkipBlanks();
  if (state_.lexer.at_end()) return expr;
  FailUnexpected();
  return nullptr;
}

ExprPtr ConditionParser::ParseOr() {
  const size_t begin = state_.lexer.position();
  std::vector<ExprPtr> operands;
  do {
    // `or(` takes the group alone, as the reference does.
    const size_t open = state_.lexer.position();
    const bool is_tight = !operands.empty() && state_.lexer.Take("(");
    ExprPtr operand = is_tight ? ParseGroup(open) : ParseAnd();
    if (operand == nullptr) return nullptr;
    operands.push_back(std::move(operand));
    ends_in_tight_group_ = is_tight;
  } while (TakeConnective("or"));
  if (state_.failed()) return nullptr;
  if (operands.size() == 1) return operands[0];
  return MakeExpr(ast::Or{std::move(operands)}, state_.RangeFrom(begin));
}

ExprPtr ConditionParser::ParseAnd() {
  state_.lexer.SkipBlanks();
  const size_t begin = state_.lexer.position();
  std::vector<ExprPtr> operands;
  do {
    ExprPtr operand = ParseNot();
    if (operand == nullptr) return nullptr;
    operands.push_back(std::move(operand));
  } while (TakeConnective("and"));
  if (state_.failed()) return nullptr;
  if (operands.size() == 1) return operands[0];
  return MakeExpr(ast::And{std::move(operands)}, state_.RangeFrom(begin));
}

ExprPtr ConditionParser::ParseNot() {
  state_.lexer.SkipBlanks();
  const size_t begin = state_.lexer.position();
  bool negated = false;
  // A loop, not recursion: a thousand of them nest no deeper than one.
  while (true) {
    const size_t word = state_.lexer.position();
    if (!state_.lexer.Take("not")) break;
    const bool has_blank = state_.lexer.SkipBlanks();
    if (!has_blank && !absl::StartsWith(state_.lexer.rest(), "(")) {
      state_.lexer.Rewind(word);  // a macro called not_something
      break;
    }
    negated = !negated;
    if (!has_blank) break;
  }
  ExprPtr expr = ParseCheck();
  if (expr == nullptr || !negated) return expr;
  if (!state_.CountNode()) return nullptr;
  return MakeExpr(ast::Not{std::move(expr)}, state_.RangeFrom(begin));
}

ExprPtr ConditionParser::ParseCheck() {
  const size_t begin = state_.lexer.position();
  last_macro_.clear();
  last_was_bare_value_ = false;
  if (state_.lexer.Take("(")) return ParseGroup(begin);
  if (!state_.CountNode()) return nullptr;

  if (std::optional<Operand> left = TakeLeftSide(state_)) {
    Comparison comparison;
    comparison.left = std::move(*left);
    if (!TakeComparison(state_, comparison)) return nullptr;
    const auto* value = std::get_if<Literal>(&comparison.right);
    last_was_bare_value_ = value != nullptr && !value->quoted;
    return MakeExpr(std::move(comparison), state_.RangeFrom(begin));
  }
  if (state_.failed()) return nullptr;
  if (std::optional<Token> name = state_.lexer.TakeIdentifier()) {
    if (!state_.CheckLength(*name)) return nullptr;
    last_macro_ = name->text;
    return MakeExpr(ast::MacroRef{name->text}, state_.RangeFrom(begin));
  }
  state_.FailExpected(
      "a comparison, a macro or '('",
      absl::StartsWith(state_.lexer.rest(), "!") ? "write 'not' for '!'" : "");
  return nullptr;
}

ExprPtr ConditionParser::ParseGroup(size_t open) {
  const ParseState::Nesting nesting(state_);
  if (!nesting.ok()) return nullptr;
  state_.lexer.SkipBlanks();
  ExprPtr expr = ParseOr();
  if (expr == nullptr) return nullptr;
  state_.lexer.SkipBlanks();
  if (state_.lexer.Take(")")) {
    last_was_bare_value_ = false;
    last_macro_.clear();
    return expr;
  }
  if (state_.lexer.at_end()) {
    state_.Fail("syntax-error", state_.Range(open, open + 1),
                "this '(' has no closing ')'");
  } else {
    FailUnexpected();
  }
  return nullptr;
}

bool ConditionParser::TakeConnective(absl::string_view word) {
  state_.lexer.SkipBlanks();
  const size_t begin = state_.lexer.position();
  if (!state_.lexer.Take(word)) return false;
  const SourceRange range = state_.Range(begin, state_.lexer.position());
  Lexer ahead = state_.lexer;
  const bool has_blank = ahead.SkipBlanks();
  if (ahead.at_end()) {
    state_.Fail("syntax-error", range,
                absl::StrCat("nothing follows '", word, "'"));
    return false;
  }
  if (has_blank || ahead.Take("(")) return true;
  state_.Fail("syntax-error", range,
              absl::StrCat("a blank or '(' must follow '", word, "'"));
  return false;
}

void ConditionParser::FailUnexpected() {
  const absl::string_view word = state_.lexer.PeekWord();
  const size_t begin = state_.lexer.position();
  if (word == ")") {
    state_.Fail("syntax-error", state_.Range(begin, begin + 1),
                "this ')' has no opening '('");
    return;
  }
  std::string hint;
  if (ends_in_tight_group_ && word == "and") {
    hint = "put a blank between 'or' and '('";
  } else if (word == "&&" || absl::EqualsIgnoreCase(word, "and")) {
    hint = "write 'and'";
  } else if (word == "||" || absl::EqualsIgnoreCase(word, "or")) {
    hint = "write 'or'";
  } else if (last_was_bare_value_) {
    hint = "a value with blanks or any of ()=,'\" must stand in quotes";
  } else if (!last_macro_.empty()) {
    hint = absl::StrCat("'", last_macro_,
                        "' is read as a macro: the name of a field has a dot");
  }
  state_.FailExpected("'and', 'or' or the end", std::move(hint));
}

// Runs `take` over all of `text`, blanks at its ends aside.
template <typename Take>
auto ParseAllOf(const LocatedText& text, const ParserLimits& limits,
                Diagnostics& diagnostics, absl::string_view what, Take take)
    -> decltype(take(std::declval<ParseState&>())) {
  ParseState state(text, limits, diagnostics);
  state.lexer.SkipBlanks();
  auto result = take(state);
  if (!result && !state.failed()) state.FailExpected(what);
  state.lexer.SkipBlanks();
  if (result && !state.lexer.at_end()) {
    state.FailExpected(absl::StrCat("nothing behind ", what));
  }
  if (state.failed()) return std::nullopt;
  return result;
}

bool HasBlank(absl::string_view text) {
  return text.find(' ') != absl::string_view::npos;
}

}  // namespace

ExprPtr ParseCondition(const LocatedText& text, const ParserLimits& limits,
                       Diagnostics& diagnostics) {
  ParseState state(text, limits, diagnostics);
  return ConditionParser(state).ParseAll();
}

std::optional<Operand> ParseLeftSide(const LocatedText& text,
                                     const ParserLimits& limits,
                                     Diagnostics& diagnostics) {
  return ParseAllOf(text, limits, diagnostics, "a field or a transformer",
                    TakeLeftSide);
}

std::optional<ComparisonOperator> ParseOperator(const LocatedText& text,
                                                Diagnostics& diagnostics) {
  const ParserLimits limits;
  return ParseAllOf(
      text, limits, diagnostics, "an operator",
      [&text](ParseState& state) -> std::optional<ComparisonOperator> {
        Comparison comparison;
        if (!TakeOperator(state, comparison)) return std::nullopt;
        return ComparisonOperator{comparison.op, comparison.modifier,
                                  text.Whole()};
      });
}

std::optional<Literal> ParseValue(const LocatedText& text,
                                  const ParserLimits& limits,
                                  Diagnostics& diagnostics) {
  const std::string& raw = text.text();
  if (!raw.empty() && (raw[0] == '"' || raw[0] == '\'')) {
    return ParseAllOf(text, limits, diagnostics, "a value in quotes",
                      [](ParseState& state) -> std::optional<Literal> {
                        const std::optional<Token> token = state.TakeQuoted();
                        if (!token) return std::nullopt;
                        return state.ToLiteral(*token);
                      });
  }
  ParseState state(text, limits, diagnostics);
  Token token;
  token.text = raw;
  token.end = raw.size();
  if (HasBlank(raw)) {
    std::optional<LexError> error;
    const std::optional<std::string> resolved = ResolveEscapes(raw, error);
    if (!resolved) {
      state.Fail(*error);
      return std::nullopt;
    }
    token.text = *resolved;
    token.quoted = true;
  }
  if (!state.CheckLength(token)) return std::nullopt;
  return state.ToLiteral(token);
}

std::optional<ast::LiteralList> ParseList(const LocatedText& text,
                                          const ParserLimits& limits,
                                          Diagnostics& diagnostics) {
  return ParseAllOf(text, limits, diagnostics, "a list",
                    [](ParseState& state) { return TakeList(state, ""); });
}

bool IsNumber(absl::string_view text) {
  Lexer lexer(text);
  return lexer.TakeNumber() && lexer.at_end();
}

bool IsRightField(absl::string_view text) {
  if (absl::StartsWith(text, "val(")) return true;
  for (const TransformKeyword& keyword : TransformKeywords()) {
    if (absl::StartsWith(text, absl::StrCat(keyword.text, "("))) return true;
  }
  return false;
}

std::optional<Operand> ParseRightField(const LocatedText& text,
                                       const ParserLimits& limits,
                                       Diagnostics& diagnostics) {
  return ParseAllOf(text, limits, diagnostics, "val(...) or a transformer",
                    TakeRightField);
}

}  // namespace eyrie::rules

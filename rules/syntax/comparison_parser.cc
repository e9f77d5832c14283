// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/comparison_parser.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "rules/syntax/keywords.h"
#include "rules/syntax/operand_parser.h"

namespace eyrie::rules {
namespace {

using ast::Comparison;
using ast::Literal;
using ast::LiteralList;
using ast::Modifier;
using ast::Operand;

// What an unknown operator was meant to be.
std::string OperatorHint(absl::string_view word) {
  if (word == "not")
    return "write 'not' before the field: not proc.name in (a)";
  if (word == "=~") return "write 'regex', which must match the whole value";
  if (word == "<>") return "write '!='";
  std::vector<absl::string_view> names;
  for (const OperatorKeyword& keyword : OperatorKeywords()) {
    names.push_back(keyword.text);
    if (absl::EqualsIgnoreCase(word, keyword.text)) {
      return absl::StrCat("operators are lower case: ", keyword.text);
    }
  }
  const std::string nearest = NearestName(word, names);
  if (!nearest.empty()) return absl::StrCat("did you mean '", nearest, "'?");
  return "operators: = != < <= > >= exists in intersects pmatch contains "
         "icontains bcontains startswith bstartswith endswith glob iglob regex";
}

void FailOperator(ParseState& state) {
  if (state.lexer.at_end()) {
    state.FailExpected("an operator behind the field");
    return;
  }
  const size_t begin = state.lexer.position();
  const absl::string_view word = state.lexer.PeekWord();
  for (const OperatorKeyword& keyword : OperatorKeywords()) {
    if (keyword.needs_blank && absl::StartsWith(word, keyword.text) &&
        !absl::ascii_isalnum(
            state.lexer.rest().substr(keyword.text.size(), 1)[0])) {
      state.Fail("syntax-error",
                 state.Range(begin, begin + keyword.text.size()),
                 absl::StrCat("a blank must follow '", keyword.text, "'"));
      return;
    }
  }
  state.Fail("unknown-operator", state.Range(begin, begin + word.size()),
             absl::StrCat("'", word, "' is no operator"), OperatorHint(word));
}

const OperatorKeyword* TakeOperatorKeyword(ParseState& state) {
  for (const OperatorKeyword& keyword : OperatorKeywords()) {
    const bool taken = keyword.needs_blank
                           ? state.lexer.TakeSpaced(keyword.text)
                           : state.lexer.Take(keyword.text);
    if (taken) return &keyword;
  }
  return nullptr;
}

// Whether a list can start here: a modifier's name is also a value.
bool AtModifiedList(const ParseState& state) {
  Lexer ahead = state.lexer;
  if (!ahead.SkipBlanks()) return false;
  if (ahead.Take("(")) return true;
  const std::optional<Token> word = ahead.TakeIdentifier();
  return word && word->text != "and" && word->text != "or";
}

// Takes ` anyof` before a list.
Modifier TakeModifier(ParseState& state) {
  const size_t begin = state.lexer.position();
  if (!state.lexer.SkipBlanks()) return Modifier::kNone;
  for (const ModifierKeyword& keyword : ModifierKeywords()) {
    if (!state.lexer.TakeSpaced(keyword.text)) continue;
    if (AtModifiedList(state)) return keyword.modifier;
    break;
  }
  state.lexer.Rewind(begin);
  return Modifier::kNone;
}

std::optional<Literal> TakeText(ParseState& state) {
  std::optional<Token> token = state.TakeQuoted();
  if (!token && !state.failed()) token = state.lexer.TakeBareText();
  if (!token || !state.CheckLength(*token) || !state.CountNode()) {
    return std::nullopt;
  }
  return state.ToLiteral(*std::move(token));
}

// Takes `a, b)` behind an opening parenthesis.
bool TakeListRemainder(ParseState& state, LiteralList& list) {
  state.lexer.SkipBlanks();
  if (state.lexer.Take(")")) return true;
  do {
    state.lexer.SkipBlanks();
    std::optional<Literal> item = TakeText(state);
    if (!item) {
      state.FailExpected("a value");
      return false;
    }
    list.items.push_back(std::move(*item));
    state.lexer.SkipBlanks();
  } while (state.lexer.Take(","));
  if (state.lexer.Take(")")) return true;
  state.FailExpected("',' or ')'",
                     "a value with blanks or any of ()=,'\" must stand in "
                     "quotes");
  return false;
}

bool TakeNumberValue(ParseState& state, absl::string_view keyword,
                     Comparison& comparison) {
  const std::optional<Token> number = state.lexer.TakeNumber();
  if (!number) {
    state.FailExpected(
        absl::StrCat("a number or val(...) behind '", keyword, "'"));
    return false;
  }
  if (!state.CheckLength(*number) || !state.CountNode()) return false;
  comparison.right = state.ToLiteral(*number);
  return true;
}

bool TakeTextValue(ParseState& state, absl::string_view keyword,
                   Comparison& comparison) {
  std::optional<Literal> text = TakeText(state);
  if (!text) {
    state.FailExpected(absl::StrCat("a value behind '", keyword, "'"),
                       absl::StartsWith(state.lexer.rest(), "(")
                           ? "a list needs 'in' or a modifier: = anyof (a, b)"
                           : "");
    return false;
  }
  comparison.right = std::move(*text);
  return true;
}

bool TakeListValue(ParseState& state, absl::string_view keyword,
                   Comparison& comparison) {
  std::optional<LiteralList> list = TakeList(state, keyword);
  if (!list) return false;
  comparison.right = std::move(*list);
  return true;
}

// Takes a modifier only `before_list`; else its caller does.
const OperatorKeyword* TakeOperatorAndModifier(ParseState& state,
                                               Comparison& comparison,
                                               bool before_list) {
  state.lexer.SkipBlanks();
  const size_t begin = state.lexer.position();
  const OperatorKeyword* keyword = TakeOperatorKeyword(state);
  if (keyword == nullptr) {
    FailOperator(state);
    return nullptr;
  }
  comparison.op = keyword->op;
  if (keyword->right == RightSideKind::kText && before_list) {
    comparison.modifier = TakeModifier(state);
  }
  comparison.op_range = state.RangeFrom(begin);
  return keyword;
}

}  // namespace

std::optional<LiteralList> TakeList(ParseState& state,
                                    absl::string_view keyword) {
  const size_t begin = state.lexer.position();
  LiteralList list;
  if (state.lexer.Take("(")) {
    if (!TakeListRemainder(state, list)) return std::nullopt;
  } else if (std::optional<Token> name = state.lexer.TakeIdentifier()) {
    if (!state.CountNode()) return std::nullopt;
    list.bare = true;
    list.items.push_back(state.ToLiteral(*name));
  } else {
    state.FailExpected(keyword.empty()
                           ? "a list"
                           : absl::StrCat("a list behind '", keyword, "'"),
                       "write the values in parentheses: (a, b)");
    return std::nullopt;
  }
  list.range = state.RangeFrom(begin);
  return list;
}

bool TakeComparison(ParseState& state, Comparison& comparison) {
  const OperatorKeyword* keyword =
      TakeOperatorAndModifier(state, comparison, /*before_list=*/true);
  if (keyword == nullptr) return false;
  if (keyword->right == RightSideKind::kNothing) return true;
  state.lexer.SkipBlanks();
  const bool is_list = keyword->right == RightSideKind::kList;
  if (comparison.modifier != Modifier::kNone) {
    return TakeListValue(state, ModifierText(comparison.modifier), comparison);
  }
  if (std::optional<Operand> field = TakeRightField(state)) {
    comparison.right = std::move(*field);
    return true;
  }
  if (state.failed()) return false;
  if (is_list) return TakeListValue(state, keyword->text, comparison);
  return keyword->right == RightSideKind::kNumber
             ? TakeNumberValue(state, keyword->text, comparison)
             : TakeTextValue(state, keyword->text, comparison);
}

bool TakeOperator(ParseState& state, Comparison& comparison) {
  const OperatorKeyword* keyword =
      TakeOperatorAndModifier(state, comparison, /*before_list=*/false);
  if (keyword == nullptr) return false;
  const size_t begin = state.lexer.position();
  state.lexer.SkipBlanks();
  if (keyword->right == RightSideKind::kText) {
    for (const ModifierKeyword& modifier : ModifierKeywords()) {
      if (state.lexer.TakeSpaced(modifier.text)) {
        comparison.modifier = modifier.modifier;
        break;
      }
    }
  }
  if (comparison.modifier == Modifier::kNone) state.lexer.Rewind(begin);
  return true;
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/operand_parser.h"

#include <memory>
#include <utility>

#include "rules/syntax/keywords.h"

namespace eyrie::rules {
namespace {

using ast::FieldRef;
using ast::Operand;
using ast::OperandList;
using ast::Transform;
using ast::TransformCall;

std::optional<Operand> TakeCall(ParseState& state);

// Takes `[argument]`. False if there is none, or when failed.
bool TakeBrackets(ParseState& state, std::string& argument,
                  SourceRange& range) {
  if (!state.lexer.Take("[")) return false;
  std::optional<Token> token = state.TakeQuoted();
  if (!token && !state.failed()) token = state.lexer.TakeFieldArgument();
  if (!token) {
    state.FailExpected("an argument: a word, or a text in quotes");
    return false;
  }
  if (!state.CheckLength(*token)) return false;
  if (!state.lexer.Take("]")) {
    state.FailExpected("']' behind the argument",
                       "an argument with blanks or brackets must stand in "
                       "quotes");
    return false;
  }
  argument = token->text;
  range = state.Range(token->begin, token->end);
  return true;
}

std::optional<FieldRef> TakeField(ParseState& state) {
  const std::optional<Token> name = state.lexer.TakeFieldName();
  if (!name || !state.CheckLength(*name) || !state.CountNode()) {
    return std::nullopt;
  }
  FieldRef field;
  field.name = name->text;
  field.has_argument =
      TakeBrackets(state, field.argument, field.argument_range);
  if (state.failed()) return std::nullopt;
  field.range = state.RangeFrom(name->begin);
  return field;
}

// Takes `tolower(` and its like, the parenthesis included.
std::optional<Transform> TakeTransformName(ParseState& state) {
  for (const TransformKeyword& keyword : TransformKeywords()) {
    const size_t begin = state.lexer.position();
    if (!state.lexer.Take(keyword.text)) continue;
    if (state.lexer.Take("(")) return keyword.transform;
    state.lexer.Rewind(begin);
  }
  return std::nullopt;
}

std::optional<Operand> TakeSimpleArgument(ParseState& state) {
  if (std::optional<Operand> call = TakeCall(state)) return call;
  if (state.failed()) return std::nullopt;
  if (std::optional<FieldRef> field = TakeField(state)) {
    return Operand(std::move(*field));
  }
  if (state.failed()) return std::nullopt;
  std::optional<Token> token = state.TakeQuoted();
  if (!token && !state.failed()) token = state.lexer.TakeNumber();
  if (!token || !state.CountNode()) return std::nullopt;
  return Operand(state.ToLiteral(*token));
}

// Takes `a, b)` behind an opening parenthesis.
bool TakeListRemainder(ParseState& state, std::vector<Operand>& items) {
  state.lexer.SkipBlanks();
  if (state.lexer.Take(")")) return true;
  do {
    state.lexer.SkipBlanks();
    std::optional<Operand> item = TakeSimpleArgument(state);
    if (!item) {
      state.FailExpected(
          "a field, a transformer, a number or a text in quotes");
      return false;
    }
    items.push_back(std::move(*item));
    state.lexer.SkipBlanks();
  } while (state.lexer.Take(","));
  if (state.lexer.Take(")")) return true;
  state.FailExpected("',' or ')'");
  return false;
}

std::optional<Operand> TakeArgument(ParseState& state) {
  const size_t begin = state.lexer.position();
  if (!state.lexer.Take("(")) return TakeSimpleArgument(state);
  auto list = std::make_shared<OperandList>();
  if (!state.CountNode() || !TakeListRemainder(state, list->items)) {
    return std::nullopt;
  }
  list->range = state.RangeFrom(begin);
  return Operand(std::shared_ptr<const OperandList>(std::move(list)));
}

// Takes the arguments of a transformer up to its closing parenthesis.
bool TakeArguments(ParseState& state, std::vector<Operand>& arguments) {
  do {
    state.lexer.SkipBlanks();
    std::optional<Operand> argument = TakeArgument(state);
    if (!argument) {
      state.FailExpected(
          "a field, a transformer, a number, a list or a text in quotes",
          "a text must stand in quotes here");
      return false;
    }
    arguments.push_back(std::move(*argument));
    state.lexer.SkipBlanks();
  } while (state.lexer.Take(","));
  if (state.lexer.Take(")")) return true;
  state.FailExpected("',' or ')'");
  return false;
}

std::optional<Operand> TakeCall(ParseState& state) {
  const size_t begin = state.lexer.position();
  const std::optional<Transform> transform = TakeTransformName(state);
  if (!transform) return std::nullopt;
  const ParseState::Nesting nesting(state);
  if (!nesting.ok() || !state.CountNode()) return std::nullopt;
  auto call = std::make_shared<TransformCall>();
  call->transform = *transform;
  if (!TakeArguments(state, call->arguments)) return std::nullopt;
  SourceRange selector_range;
  call->has_selector = TakeBrackets(state, call->selector, selector_range);
  if (state.failed()) return std::nullopt;
  call->range = state.RangeFrom(begin);
  return Operand(std::shared_ptr<const TransformCall>(std::move(call)));
}

// Takes `val(field)`.
std::optional<Operand> TakeVal(ParseState& state) {
  const size_t begin = state.lexer.position();
  if (!state.lexer.Take("val(") || !state.CountNode()) return std::nullopt;
  state.lexer.SkipBlanks();
  std::optional<FieldRef> field = TakeField(state);
  if (!field) {
    state.FailExpected("a field in val(...)",
                       "transformers need no val(): write them alone");
    return std::nullopt;
  }
  state.lexer.SkipBlanks();
  if (!state.lexer.Take(")")) {
    state.FailExpected("')' behind the field of val(...)");
    return std::nullopt;
  }
  auto call = std::make_shared<TransformCall>();
  call->transform = Transform::kVal;
  call->arguments.push_back(std::move(*field));
  call->range = state.RangeFrom(begin);
  return Operand(std::shared_ptr<const TransformCall>(std::move(call)));
}

}  // namespace

std::optional<Operand> TakeLeftSide(ParseState& state) {
  if (std::optional<FieldRef> field = TakeField(state)) {
    return Operand(std::move(*field));
  }
  if (state.failed()) return std::nullopt;
  return TakeCall(state);
}

std::optional<Operand> TakeRightField(ParseState& state) {
  if (std::optional<Operand> val = TakeVal(state)) return val;
  if (state.failed()) return std::nullopt;
  return TakeCall(state);
}

}  // namespace eyrie::rules

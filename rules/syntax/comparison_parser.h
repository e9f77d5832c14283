// SPDX-License-Identifier: Apache-2.0
//
// Parses what follows the left side of a comparison.

#ifndef EYRIE_RULES_SYNTAX_COMPARISON_PARSER_H_
#define EYRIE_RULES_SYNTAX_COMPARISON_PARSER_H_

#include <optional>

#include "absl/strings/string_view.h"

#include "rules/syntax/ast.h"
#include "rules/syntax/parse_state.h"

namespace eyrie::rules {

// Takes the operator, its modifier and the right side into `comparison`, whose
// left side is there already. False, and the state failed, on a mistake.
bool TakeComparison(ParseState& state, ast::Comparison& comparison);

// Takes `(a, b)`, or the name of a list. Nothing, and the state failed, on a
// mistake. `keyword` stands before it, for messages; may be empty.
std::optional<ast::LiteralList> TakeList(ParseState& state,
                                         absl::string_view keyword);

// Takes an operator and its modifier, where nothing need follow.
bool TakeOperator(ParseState& state, ast::Comparison& comparison);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_COMPARISON_PARSER_H_

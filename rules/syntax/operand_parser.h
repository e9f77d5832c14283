// SPDX-License-Identifier: Apache-2.0
//
// Parses fields and transformer calls.

#ifndef EYRIE_RULES_SYNTAX_OPERAND_PARSER_H_
#define EYRIE_RULES_SYNTAX_OPERAND_PARSER_H_

#include <optional>

#include "rules/syntax/ast.h"
#include "rules/syntax/parse_state.h"

namespace eyrie::rules {

// Takes `proc.aname[2]` or `tolower(...)`. Nothing if there is neither, or when
// failed: see ParseState::failed().
std::optional<ast::Operand> TakeLeftSide(ParseState& state);

// Takes `val(proc.pname)` or `tolower(...)`. Nothing as above.
std::optional<ast::Operand> TakeRightField(ParseState& state);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_OPERAND_PARSER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Writes a condition's tree as text.

#ifndef EYRIE_RULES_SYNTAX_PRINTER_H_
#define EYRIE_RULES_SYNTAX_PRINTER_H_

#include <string>

#include "absl/strings/string_view.h"

#include "rules/syntax/ast.h"

namespace eyrie::rules {

// The condition in canonical form: one blank between words, parentheses only
// where precedence needs them, `=` for `==`. Parsing it gives an equal tree,
// places aside.
std::string PrintExpr(const ast::Expr& expr);

// `proc.aname[2]`, `tolower(proc.name)`.
std::string PrintOperand(const ast::Operand& operand);

// `text` in double quotes, escaped as conditions want it.
std::string QuoteText(absl::string_view text);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_PRINTER_H_

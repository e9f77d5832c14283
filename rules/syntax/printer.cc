// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/printer.h"

#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "rules/syntax/keywords.h"
#include "rules/syntax/lexer.h"

namespace eyrie::rules {
namespace {

using ast::Expr;
using ast::ExprPtr;
using ast::Literal;
using ast::Operand;

// Whether `text` reads the same without quotes.
bool IsBareText(absl::string_view text) {
  Lexer lexer(text);
  return lexer.TakeBareText() && lexer.at_end();
}

bool IsIdentifier(absl::string_view text) {
  Lexer lexer(text);
  return lexer.TakeIdentifier() && lexer.at_end();
}

bool IsFieldArgument(absl::string_view text) {
  Lexer lexer(text);
  return lexer.TakeFieldArgument() && lexer.at_end();
}

std::string PrintLiteral(const Literal& literal) {
  return literal.quoted || !IsBareText(literal.text) ? QuoteText(literal.text)
                                                     : literal.text;
}

std::string PrintArgument(absl::string_view argument) {
  return absl::StrCat(
      "[",
      IsFieldArgument(argument) ? std::string(argument) : QuoteText(argument),
      "]");
}

std::string PrintOperands(const std::vector<Operand>& operands) {
  return absl::StrCat(
      "(",
      absl::StrJoin(operands, ", ",
                    [](std::string* out, const Operand& operand) {
                      absl::StrAppend(out, PrintOperand(operand));
                    }),
      ")");
}

std::string PrintList(const ast::LiteralList& list) {
  if (list.bare && list.items.size() == 1 && !list.items[0].quoted &&
      IsIdentifier(list.items[0].text)) {
    return list.items[0].text;
  }
  return absl::StrCat("(",
                      absl::StrJoin(list.items, ", ",
                                    [](std::string* out, const Literal& item) {
                                      absl::StrAppend(out, PrintLiteral(item));
                                    }),
                      ")");
}

std::string PrintRightSide(const ast::RightSide& right) {
  if (const auto* literal = std::get_if<Literal>(&right)) {
    return absl::StrCat(" ", PrintLiteral(*literal));
  }
  if (const auto* list = std::get_if<ast::LiteralList>(&right)) {
    return absl::StrCat(" ", PrintList(*list));
  }
  if (const auto* operand = std::get_if<Operand>(&right)) {
    return absl::StrCat(" ", PrintOperand(*operand));
  }
  return "";
}

std::string PrintComparison(const ast::Comparison& comparison) {
  std::string text = absl::StrCat(PrintOperand(comparison.left), " ",
                                  OperatorText(comparison.op));
  if (comparison.modifier != ast::Modifier::kNone) {
    absl::StrAppend(&text, " ", ModifierText(comparison.modifier));
  }
  return absl::StrCat(text, PrintRightSide(comparison.right));
}

// How tightly a node binds; an operand that binds no tighter than its parent is
// put in parentheses.
int Precedence(const Expr& expr) {
  if (std::holds_alternative<ast::Or>(expr.node)) return 1;
  if (std::holds_alternative<ast::And>(expr.node)) return 2;
  if (std::holds_alternative<ast::Not>(expr.node)) return 3;
  return 4;
}

void Print(const Expr& expr, std::string* out);

void PrintOperandOf(const Expr& parent, const Expr& operand, std::string* out) {
  const bool is_grouped = Precedence(operand) <= Precedence(parent);
  if (is_grouped) out->push_back('(');
  Print(operand, out);
  if (is_grouped) out->push_back(')');
}

void PrintJoined(const Expr& expr, const std::vector<ExprPtr>& operands,
                 absl::string_view word, std::string* out) {
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i > 0) absl::StrAppend(out, " ", word, " ");
    PrintOperandOf(expr, *operands[i], out);
  }
}

void Print(const Expr& expr, std::string* out) {
  if (const auto* all = std::get_if<ast::And>(&expr.node)) {
    PrintJoined(expr, all->operands, "and", out);
  } else if (const auto* any = std::get_if<ast::Or>(&expr.node)) {
    PrintJoined(expr, any->operands, "or", out);
  } else if (const auto* negation = std::get_if<ast::Not>(&expr.node)) {
    out->append("not ");
    PrintOperandOf(expr, *negation->operand, out);
  } else if (const auto* macro = std::get_if<ast::MacroRef>(&expr.node)) {
    // Alone in parentheses "not" is the name of a macro.
    const bool is_word = macro->name == "not";
    absl::StrAppend(out, is_word ? "(" : "", macro->name, is_word ? ")" : "");
  } else {
    out->append(PrintComparison(std::get<ast::Comparison>(expr.node)));
  }
}

}  // namespace

std::string PrintExpr(const Expr& expr) {
  std::string text;
  Print(expr, &text);
  return text;
}

std::string PrintOperand(const Operand& operand) {
  if (const auto* field = std::get_if<ast::FieldRef>(&operand)) {
    return field->has_argument
               ? absl::StrCat(field->name, PrintArgument(field->argument))
               : field->name;
  }
  if (const auto* literal = std::get_if<Literal>(&operand)) {
    return PrintLiteral(*literal);
  }
  if (const auto* list =
          std::get_if<std::shared_ptr<const ast::OperandList>>(&operand)) {
    return PrintOperands((*list)->items);
  }
  const ast::TransformCall& call =
      *std::get<std::shared_ptr<const ast::TransformCall>>(operand);
  return absl::StrCat(TransformText(call.transform),
                      PrintOperands(call.arguments),
                      call.has_selector ? PrintArgument(call.selector) : "");
}

std::string QuoteText(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted.push_back('\\');
      quoted.push_back(c);
    } else if (c == '\n') {
      quoted.append("\\n");
    } else if (absl::ascii_iscntrl(c)) {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<unsigned char>(c));
    } else {
      quoted.push_back(c);
    }
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace eyrie::rules

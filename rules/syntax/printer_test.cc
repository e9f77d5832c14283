// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/printer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {
namespace {

using ast::Expr;
using ast::ExprPtr;
using ast::Operand;

bool Equal(const Operand& a, const Operand& b);

bool Equal(const std::vector<Operand>& a, const std::vector<Operand>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a[i], b[i])) return false;
  }
  return true;
}

bool Equal(const ast::Literal& a, const ast::Literal& b) {
  return a.text == b.text;
}

bool Equal(const Operand& a, const Operand& b) {
  if (a.index() != b.index()) return false;
  if (const auto* field = std::get_if<ast::FieldRef>(&a)) {
    const auto& other = std::get<ast::FieldRef>(b);
    return field->name == other.name && field->argument == other.argument &&
           field->has_argument == other.has_argument;
  }
  if (const auto* literal = std::get_if<ast::Literal>(&a)) {
    return Equal(*literal, std::get<ast::Literal>(b));
  }
  using CallPtr = std::shared_ptr<const ast::TransformCall>;
  if (const auto* call = std::get_if<CallPtr>(&a)) {
    const ast::TransformCall& other = *std::get<CallPtr>(b);
    return (*call)->transform == other.transform &&
           (*call)->selector == other.selector &&
           (*call)->has_selector == other.has_selector &&
           Equal((*call)->arguments, other.arguments);
  }
  using ListPtr = std::shared_ptr<const ast::OperandList>;
  return Equal(std::get<ListPtr>(a)->items, std::get<ListPtr>(b)->items);
}

bool Equal(const ast::RightSide& a, const ast::RightSide& b) {
  if (a.index() != b.index()) return false;
  if (const auto* literal = std::get_if<ast::Literal>(&a)) {
    return Equal(*literal, std::get<ast::Literal>(b));
  }
  if (const auto* operand = std::get_if<Operand>(&a)) {
    return Equal(*operand, std::get<Operand>(b));
  }
  if (const auto* list = std::get_if<ast::LiteralList>(&a)) {
    const auto& other = std::get<ast::LiteralList>(b);
    if (list->bare != other.bare || list->items.size() != other.items.size()) {
      return false;
    }
    for (size_t i = 0; i < list->items.size(); ++i) {
      if (!Equal(list->items[i], other.items[i])) return false;
    }
  }
  return true;
}

bool Equal(const std::vector<ExprPtr>& a, const std::vector<ExprPtr>& b);

// Whether the trees are equal, places and quotes aside.
bool Equal(const Expr& a, const Expr& b) {
  if (a.node.index() != b.node.index()) return false;
  if (const auto* all = std::get_if<ast::And>(&a.node)) {
    return Equal(all->operands, std::get<ast::And>(b.node).operands);
  }
  if (const auto* any = std::get_if<ast::Or>(&a.node)) {
    return Equal(any->operands, std::get<ast::Or>(b.node).operands);
  }
  if (const auto* negation = std::get_if<ast::Not>(&a.node)) {
    return Equal(*negation->operand, *std::get<ast::Not>(b.node).operand);
  }
  if (const auto* macro = std::get_if<ast::MacroRef>(&a.node)) {
    return macro->name == std::get<ast::MacroRef>(b.node).name;
  }
  const auto& comparison = std::get<ast::Comparison>(a.node);
  const auto& other = std::get<ast::Comparison>(b.node);
  return comparison.op == other.op && comparison.modifier == other.modifier &&
         Equal(comparison.left, other.left) &&
         Equal(comparison.right, other.right);
}

bool Equal(const std::vector<ExprPtr>& a, const std::vector<ExprPtr>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(*a[i], *b[i])) return false;
  }
  return true;
}

ExprPtr Parse(const std::string& text) {
  Diagnostics diagnostics;
  ExprPtr expr = ParseCondition(LocatedText(text), {}, diagnostics);
  EXPECT_NE(expr, nullptr) << text << "\n" << diagnostics.ToString();
  return expr;
}

TEST(PrinterTest, PrintedTextParsesToAnEqualTree) {
  for (const char* text : {
           "a",
           "not a",
           "not (not a)",
           "a and b or c and not (d or e)",
           "(a and b) and (c or d)",
           "a or (b or (c and d))",
           "x.y exists",
           "x.y == z",
           "x.y = ''",
           "x.y = \"a 'quoted' \\\"text\\\"\"",
           "x.y = \"tab\\tline\\nbackslash\\\\ bell\\x07 high\\xff\"",
           "x.y = 'ends in \\\\'",
           "x.y = and",
           "x.y = anyof",
           "x.y contains anyof (a, 'b c', \"d,e\")",
           "x.y != allof name",
           "x.y in (a, 'a(b)', runc:[1:CHILD])",
           "x.y in ()",
           "x.y in shells",
           "x.y in ('shells')",
           "x.y pmatch (/etc, '/var/*')",
           "x.y > 0x10 and x.y <= -5",
           "x.y[1] = 1 and x.y['a b'] = 2 and x.y[''] = 3",
           "x.y = val(a.b[c]) or x.y in val(a.b)",
           "join(',', (a.b, 'c', 5, len(d.e))) startswith toupper(a.b)",
           "getopt(a.b, 'ab:')['b'] exists",
           "join(',', ()) = a",
       }) {
    const ExprPtr expr = Parse(text);
    const std::string printed = PrintExpr(*expr);
    const ExprPtr again = Parse(printed);
    EXPECT_TRUE(Equal(*expr, *again)) << text << "\n" << printed;
    EXPECT_EQ(PrintExpr(*again), printed) << text;
  }
}

TEST(PrinterTest, QuotesWhatNeedsQuotes) {
  struct Case {
    const char* text;
    const char* quoted;
  };
  for (const Case& c :
       {Case{"a b", "\"a b\""}, Case{"", "\"\""}, Case{"a\"b", R"("a\"b")"},
        Case{"a\\", R"("a\\")"}, Case{"a\nb\x01", R"("a\nb\x01")"},
        Case{"\u00e4", "\"\u00e4\""}}) {
    EXPECT_EQ(QuoteText(c.text), c.quoted);
  }
}

TEST(PrinterTest, QuotesLiteralsThatWereNeverParsed) {
  ast::Comparison comparison;
  comparison.left = ast::FieldRef{"x.y", "", false, {}, {}};
  comparison.op = ast::Operator::kIn;
  comparison.right =
      ast::LiteralList{{{"a=b", false, {}}, {"c", false, {}}}, true, {}};
  EXPECT_EQ(PrintExpr(Expr{comparison, {}}), "x.y in (\"a=b\", c)");
}

}  // namespace
}  // namespace eyrie::rules

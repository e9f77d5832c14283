// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/visit.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

using ast::Expr;
using ast::ExprPtr;

ExprPtr Parse(const std::string& text) {
  Diagnostics diagnostics;
  ExprPtr expr = ParseCondition(LocatedText(text), {}, diagnostics);
  EXPECT_NE(expr, nullptr) << diagnostics.ToString();
  return expr;
}

// A tree of `depth` levels, which no parser would make.
ExprPtr DeepTree(size_t depth) {
  ExprPtr expr = std::make_shared<const Expr>(Expr{ast::MacroRef{"m"}, {}});
  for (size_t i = 1; i < depth; ++i) {
    expr = std::make_shared<const Expr>(Expr{ast::Not{expr}, {}});
  }
  return expr;
}

TEST(VisitExprTest, GoesFromParentsToChildrenLeftToRight) {
  std::vector<std::string> seen;
  const bool complete =
      VisitExpr(*Parse("a and (b or not c) and d"),
                [&seen](const Expr& expr, size_t depth) {
                  seen.push_back(absl::StrCat(depth, " ", PrintExpr(expr)));
                  return true;
                });
  EXPECT_TRUE(complete);
  EXPECT_EQ(seen, (std::vector<std::string>{"1 a and (b or not c) and d", "2 a",
                                            "2 b or not c", "3 b", "3 not c",
                                            "4 c", "2 d"}));
}

TEST(VisitExprTest, LeavesOutWhatIsNotWanted) {
  size_t count = 0;
  EXPECT_TRUE(
      VisitExpr(*Parse("a and (b or c)"), [&count](const Expr& expr, size_t) {
        ++count;
        return !std::holds_alternative<ast::Or>(expr.node);
      }));
  EXPECT_EQ(count, 3u);
}

TEST(VisitExprTest, StopsAtTheDepthLimit) {
  const auto all = [](const Expr&, size_t) { return true; };
  EXPECT_TRUE(VisitExpr(*DeepTree(10), all, 10));
  EXPECT_FALSE(VisitExpr(*DeepTree(11), all, 10));
  EXPECT_TRUE(VisitExpr(*DeepTree(kMaxTreeDepth), all));
  EXPECT_FALSE(VisitExpr(*DeepTree(kMaxTreeDepth + 1), all));
}

TEST(ReplaceLeavesTest, SharesWhatDidNotChange) {
  const ExprPtr before = Parse("(a and b) or not (c and d)");
  const ExprPtr x = Parse("x.y = 1");
  const ExprPtr after =
      ReplaceLeaves(before, [&x](const ExprPtr& leaf, size_t) {
        return PrintExpr(*leaf) == "c" ? x : leaf;
      });
  EXPECT_EQ(PrintExpr(*after), "a and b or not (x.y = 1 and d)");
  EXPECT_EQ(std::get<ast::Or>(after->node).operands[0],
            std::get<ast::Or>(before->node).operands[0]);
  const ExprPtr same =
      ReplaceLeaves(before, [](const ExprPtr& leaf, size_t) { return leaf; });
  EXPECT_EQ(same, before);
}

TEST(ReplaceLeavesTest, TriesAllLeavesThoughOneFails) {
  size_t count = 0;
  EXPECT_EQ(ReplaceLeaves(Parse("a and not b and c"),
                          [&count](const ExprPtr& leaf, size_t) {
                            return ++count == 2 ? nullptr : leaf;
                          }),
            nullptr);
  EXPECT_EQ(count, 3u);
}

TEST(ReplaceLeavesTest, FailsBeyondTheDepthLimit) {
  const auto keep = [](const ExprPtr& leaf, size_t) { return leaf; };
  EXPECT_NE(ReplaceLeaves(DeepTree(10), keep, 10), nullptr);
  EXPECT_EQ(ReplaceLeaves(DeepTree(11), keep, 10), nullptr);
}

TEST(VisitFieldsTest, FindsFieldsInTransformers) {
  const ExprPtr expr =
      Parse("join(\",\", (proc.name, tolower(proc.aname[2]), \"x\")) = a");
  std::vector<std::string> names;
  VisitFields(
      std::get<ast::Comparison>(expr->node).left,
      [&names](const ast::FieldRef& field) { names.push_back(field.name); });
  EXPECT_EQ(names, (std::vector<std::string>{"proc.name", "proc.aname"}));
}

TEST(MeasureTreeTest, CountsNodesLiteralsAndDepth) {
  struct Case {
    const char* text;
    size_t nodes;
    size_t depth;
  };
  for (const Case& c :
       {Case{"a", 1, 1}, Case{"x.y exists", 1, 1}, Case{"x.y = 1", 2, 1},
        Case{"x.y in (1, 2, 3)", 4, 1}, Case{"x.y = val(x.z)", 2, 1},
        Case{"a and not (b or x.y = 1)", 7, 4}}) {
    const TreeSize size = MeasureTree(*Parse(c.text));
    EXPECT_EQ(size.nodes, c.nodes) << c.text;
    EXPECT_EQ(size.depth, c.depth) << c.text;
  }
}

}  // namespace
}  // namespace eyrie::rules

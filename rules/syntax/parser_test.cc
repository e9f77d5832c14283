// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/parser.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

LocatedText Text(std::string text) {
  return LocatedText::FromFile(
      std::make_shared<SourceFile>("c", std::move(text)));
}

// The canonical text of the tree, or the diagnostics.
std::string Parse(const std::string& text, const ParserLimits& limits = {}) {
  Diagnostics diagnostics;
  const ast::ExprPtr expr = ParseCondition(Text(text), limits, diagnostics);
  EXPECT_EQ(expr == nullptr, diagnostics.has_errors()) << text;
  return expr == nullptr ? diagnostics.ToString() : PrintExpr(*expr);
}

struct Case {
  std::string text;
  std::string expected;
};

TEST(ParserTest, KeepsPrecedence) {
  const Case cases[] = {
      {"a or b and c", "a or b and c"},
      {"(a or b) and c", "(a or b) and c"},
      {"a and b or c and d", "a and b or c and d"},
      {"a or (b or c)", "a or (b or c)"},
      {"not a and b", "not a and b"},
      {"not (a and b)", "not (a and b)"},
      {"not(a)and(b)", "not a and b"},
      {"not not a", "a"},
      {"not not not a", "not a"},
      {"not (not a)", "not (not a)"},
      {"((a))", "a"},
      {"a or(b)or c", "a or b or c"},
      {"\ta\nand\r\nb\b", "a and b"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.expected) << c.text;
}

TEST(ParserTest, FlattensChains) {
  Diagnostics diagnostics;
  const ast::ExprPtr expr =
      ParseCondition(Text("a and b and c"), {}, diagnostics);
  EXPECT_EQ(std::get<ast::And>(expr->node).operands.size(), 3u);
}

TEST(ParserTest, ReadsEveryOperator) {
  const Case cases[] = {
      {"proc.name exists", "proc.name exists"},
      {"proc.name existsand a", "proc.name exists and a"},
      {"evt.num<=1", "evt.num <= 1"},
      {"evt.num < -1", "evt.num < -1"},
      {"evt.num >=0x1F", "evt.num >= 0x1F"},
      {"evt.num > 1and a", "evt.num > 1 and a"},
      {"proc.name==a", "proc.name = a"},
      {"proc.name=a", "proc.name = a"},
      {"proc.name != a", "proc.name != a"},
      {"proc.name glob a*", "proc.name glob a*"},
      {"proc.name iglob a?", "proc.name iglob a?"},
      {"proc.name contains\na", "proc.name contains a"},
      {"proc.name icontains a", "proc.name icontains a"},
      {"evt.buffer bcontains cafe", "evt.buffer bcontains cafe"},
      {"proc.name startswith a", "proc.name startswith a"},
      {"evt.buffer bstartswith 00", "evt.buffer bstartswith 00"},
      {"proc.name endswith a", "proc.name endswith a"},
      {"proc.name regex '[a-z]+'", "proc.name regex \"[a-z]+\""},
      {"fd.port in(1,2)", "fd.port in (1, 2)"},
      {"fd.port in ( 1 , 2 )", "fd.port in (1, 2)"},
      {"proc.name in ()", "proc.name in ()"},
      {"proc.name in shells", "proc.name in shells"},
      {"proc.name ina", "proc.name in a"},
      {"fd.types intersectsa", "fd.types intersects a"},
      {"fd.name pmatch (/etc, '/a b')", "fd.name pmatch (/etc, \"/a b\")"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.expected) << c.text;
}

TEST(ParserTest, ReadsModifiers) {
  const Case cases[] = {
      {"a.b contains anyof (x, y)", "a.b contains anyof (x, y)"},
      {"a.b = oneof x", "a.b = oneof x"},
      {"a.b != allof ()", "a.b != allof ()"},
      {"a.b = anyof or_list", "a.b = anyof or_list"},
      // Without a list behind it, a modifier is a text.
      {"a.b = anyof", "a.b = anyof"},
      {"a.b = anyof and c", "a.b = anyof and c"},
      {"a.b = anyof or c", "a.b = anyof or c"},
      {"(a.b = anyof)", "a.b = anyof"},
      {"a.b contains anyofx", "a.b contains anyofx"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.expected) << c.text;
}

TEST(ParserTest, ReadsFieldsAndTransformers) {
  const Case cases[] = {
      {"proc.aname[2] = a", "proc.aname[2] = a"},
      {"proc.env[\"A]B\"]= a", "proc.env[\"A]B\"] = a"},
      {"jevt.value[/a/b] = a", "jevt.value[/a/b] = a"},
      {"jevt.value[''] = a", "jevt.value[\"\"] = a"},
      {"tolower( proc.name ) = a", "tolower(proc.name) = a"},
      {"len(\"abc\") > 1", "len(\"abc\") > 1"},
      {"basename(toupper(fd.name)) = A", "basename(toupper(fd.name)) = A"},
      {"concat(a.b, '-', 5, b64(c.d)) = x",
       "concat(a.b, \"-\", 5, b64(c.d)) = x"},
      {"join(\",\", (a.b, 'x', 1)) = x", "join(\",\", (a.b, \"x\", 1)) = x"},
      {"join(\",\", ()) = x", "join(\",\", ()) = x"},
      {"getopt(proc.args, \"ab:\")[b] = x",
       "getopt(proc.args, \"ab:\")[b] = x"},
      {"a.b = val(c.d)", "a.b = val(c.d)"},
      {"a.b = val( c.d[1] )", "a.b = val(c.d[1])"},
      {"a.b < len(c.d)", "a.b < len(c.d)"},
      {"a.b in val(c.d)", "a.b in val(c.d)"},
      {"a.b in tolower(c.d)", "a.b in tolower(c.d)"},
      {"a.b = c.d", "a.b = c.d"},  // a text, not a field
      {"a.b = val", "a.b = val"},
      {"valx or len", "valx or len"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.expected) << c.text;
}

TEST(ParserTest, TellsTextsFromFieldsOnTheRight) {
  Diagnostics diagnostics;
  const ast::ExprPtr expr = ParseCondition(Text("a.b = c.d"), {}, diagnostics);
  const auto& comparison = std::get<ast::Comparison>(expr->node);
  EXPECT_EQ(std::get<ast::Literal>(comparison.right).text, "c.d");
}

TEST(ParserTest, WordsMayLookLikeKeywords) {
  const Case cases[] = {
      {"a.b = and", "a.b = and"},
      {"a.b = in and c", "a.b = in and c"},
      {"not_a and notb", "not_a and notb"},
      {"a and and_b", "a and and_b"},
      {"a.b = not", "a.b = not"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.expected) << c.text;
}

TEST(ParserTest, PutsRightWhatTheReferenceGetsWrong) {
  const Case cases[] = {
      {R"(a.b = "c\\")", R"(a.b = "c\\")"},
      {R"(a.b in (x, "\\\\"))", R"(a.b in (x, "\\\\"))"},
      {"evt.num > 0x10", "evt.num > 0x10"},
      {"a.b[\"c]d\"] exists", "a.b[\"c]d\"] exists"},
      {R"(a.b in ("a\qb"))",
       "c:1:11: error: '\\q' is no escape sequence [invalid-escape]\n"
       "  a.b in (\"a\\qb\")\n"
       "            ^~\n"
       "  hint: write '\\\\' for a backslash\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text), c.expected) << c.text;
}

// Message, code, column of the first mistake, and its hint.
std::string Mistake(const std::string& text, const ParserLimits& limits = {}) {
  Diagnostics diagnostics;
  EXPECT_EQ(ParseCondition(Text(text), limits, diagnostics), nullptr) << text;
  if (diagnostics.entries().size() != 1) return "no single error";
  const Diagnostic& error = diagnostics.entries()[0];
  return absl::StrCat(error.range.begin, "-", error.range.end, " ", error.code,
                      ": ", error.message, error.hint.empty() ? "" : " | ",
                      error.hint);
}

TEST(ParserTest, SaysWhatIsWrong) {
  const std::string quotes =
      "a value with blanks or any of ()=,'\" must stand in quotes";
  const Case cases[] = {
      {"", "0-0 empty-condition: the condition is empty"},
      {" \n", "0-0 empty-condition: the condition is empty"},
      {"a.b = x y",
       "8-9 syntax-error: expected 'and', 'or' or the end, found 'y' | " +
           quotes},
      {"a.b = x AND c",
       "8-11 syntax-error: expected 'and', 'or' or the end, found 'AND' | "
       "write 'and'"},
      {"a || b",
       "2-4 syntax-error: expected 'and', 'or' or the end, found '||' | "
       "write 'or'"},
      {"!a",
       "0-2 syntax-error: expected a comparison, a macro or '(', found '!a' | "
       "write 'not' for '!'"},
      {"proc = x",
       "5-6 syntax-error: expected 'and', 'or' or the end, found '=' | 'proc' "
       "is read as a macro: the name of a field has a dot"},
      {"a.b = x andc", "8-11 syntax-error: a blank or '(' must follow 'and'"},
      {"a.b = x and", "8-11 syntax-error: nothing follows 'and'"},
      {"a or ", "2-4 syntax-error: nothing follows 'or'"},
      {"a or(b) and c",
       "8-11 syntax-error: expected 'and', 'or' or the end, found 'and' | put "
       "a blank between 'or' and '('"},
      {"(a and (b)", "0-1 syntax-error: this '(' has no closing ')'"},
      {"a)", "1-2 syntax-error: this ')' has no opening '('"},
      {"(a b)",
       "3-4 syntax-error: expected 'and', 'or' or the end, found 'b' | 'a' is "
       "read as a macro: the name of a field has a dot"},
      {"()",
       "1-2 syntax-error: expected a comparison, a macro or '(', found ')'"},
      {"a.b",
       "3-3 syntax-error: expected an operator behind the field, but "
       "the condition ends here"},
      {"a.b matches c",
       "4-11 unknown-operator: 'matches' is no operator | operators: = != < "
       "<= > >= exists in intersects pmatch contains icontains bcontains "
       "startswith bstartswith endswith glob iglob regex"},
      {"a.b contain c",
       "4-11 unknown-operator: 'contain' is no operator | did you mean "
       "'contains'?"},
      {"a.b CONTAINS c",
       "4-12 unknown-operator: 'CONTAINS' is no operator | operators are "
       "lower case: contains"},
      {"a.b not in (c)",
       "4-7 unknown-operator: 'not' is no operator | write 'not' before the "
       "field: not proc.name in (a)"},
      {"a.b =~ c",
       "7-8 syntax-error: expected 'and', 'or' or the end, found 'c' | " +
           quotes},
      {"a.b contains\"c\"",
       "4-12 syntax-error: a blank must follow 'contains'"},
      {"a.b =",
       "5-5 syntax-error: expected a value behind '=', but the "
       "condition ends here"},
      {"a.b = (c)",
       "6-7 syntax-error: expected a value behind '=', found '(' | a list "
       "needs 'in' or a modifier: = anyof (a, b)"},
      {"a.b > c",
       "6-7 syntax-error: expected a number or val(...) behind "
       "'>', found 'c'"},
      {"a.b > \"5\"",
       "6-9 syntax-error: expected a number or val(...) behind "
       "'>', found '\"5\"'"},
      {"a.b in /x",
       "7-9 syntax-error: expected a list behind 'in', found '/x' | write the "
       "values in parentheses: (a, b)"},
      {"a.b in (c d)",
       "10-11 syntax-error: expected ',' or ')', found 'd' | " + quotes},
      {"a.b in (c,)", "10-11 syntax-error: expected a value, found ')'"},
      {"a.b in (c",
       "9-9 syntax-error: expected ',' or ')', but the condition "
       "ends here | " +
           quotes},
      {"a.b[] = c",
       "4-5 syntax-error: expected an argument: a word, or a "
       "text in quotes, found ']'"},
      {"a.b[c d] = e",
       "5-6 syntax-error: expected ']' behind the argument, found ' ' | an "
       "argument with blanks or brackets must stand in quotes"},
      {"tolower(x) = c",
       "8-9 syntax-error: expected a field, a transformer, a number, a list or "
       "a text in quotes, found 'x' | a text must stand in quotes here"},
      {"tolower(a.b = c", "12-13 syntax-error: expected ',' or ')', found '='"},
      {"join(',', (x)) = c",
       "11-12 syntax-error: expected a field, a "
       "transformer, a number or a text in quotes, found "
       "'x'"},
      {"a.b = val(tolower(c.d))",
       "10-17 syntax-error: expected a field in val(...), found 'tolower' | "
       "transformers need no val(): write them alone"},
      {"a.b = val(c.d, e.f)",
       "13-14 syntax-error: expected ')' behind the field of val(...), found "
       "','"},
      {"a.b = 'c", "6-7 unterminated-string: this ' has no closing '"},
  };
  for (const Case& c : cases) EXPECT_EQ(Mistake(c.text), c.expected) << c.text;
}

TEST(ParserTest, PointsIntoTheFile) {
  EXPECT_EQ(Parse("a and\n  proc.name contain x"),
            "c:2:13: error: 'contain' is no operator [unknown-operator]\n"
            "    proc.name contain x\n"
            "              ^~~~~~~\n"
            "  hint: did you mean 'contains'?\n");
}

std::string Repeat(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ParserTest, AcceptsNestingUpToItsLimit) {
  const ParserLimits limits;
  const auto nested = [](size_t depth) {
    return Repeat("(", depth) + "a" + Repeat(")", depth);
  };
  EXPECT_EQ(Parse(nested(limits.max_depth)), "a");
  EXPECT_EQ(Mistake(nested(limits.max_depth + 1)),
            "257-257 limit-exceeded: the condition nests more than 256 deep | "
            "move inner parts into macros");
  EXPECT_EQ(Mistake(nested(100'000)).substr(0, 23), "257-257 limit-exceeded:");
  // 240 of these are what the reference takes.
  EXPECT_NE(Parse(Repeat("not(a or ", 240) + "a" + Repeat(")", 240))
                .find("not (a or"),
            std::string::npos);
}

TEST(ParserTest, LimitsTheNestingOfTransformers) {
  const ParserLimits limits;
  const auto nested = [](size_t depth) {
    return Repeat("tolower(", depth) + "a.b" + Repeat(")", depth) + " = c";
  };
  EXPECT_EQ(Parse(nested(limits.max_depth)), nested(limits.max_depth));
  EXPECT_EQ(Mistake(nested(limits.max_depth + 1)).substr(0, 25),
            "2056-2056 limit-exceeded:");
}

TEST(ParserTest, ManyNotsDoNotNest) {
  EXPECT_EQ(Parse(Repeat("not ", 100'000) + "a"), "a");
}

TEST(ParserTest, LimitsTheLengthOfLiterals) {
  const ParserLimits limits;
  const std::string longest(limits.max_literal_bytes, 'x');
  EXPECT_EQ(Parse("a.b = " + longest), "a.b = " + longest);
  for (const std::string& text :
       {"a.b = x" + longest, "a.b in ('x" + longest + "')",
        "a.b[x" + longest + "] = c"}) {
    EXPECT_NE(Mistake(text).find("limit-exceeded: this value is 4097 bytes "
                                 "long, at most 4096 are allowed"),
              std::string::npos)
        << Mistake(text);
  }
}

TEST(ParserTest, LimitsTheNumberOfNodes) {
  ParserLimits limits;
  limits.max_nodes = 4;
  EXPECT_EQ(Parse("a and b and c and d", limits), "a and b and c and d");
  EXPECT_NE(Mistake("a and b and c and d and e", limits)
                .find("the condition has more than 4 comparisons and values"),
            std::string::npos);
  EXPECT_NE(Mistake("a.b in (c, d, e, f)", limits).find("limit-exceeded"),
            std::string::npos);
}

TEST(ParseLeftSideTest, ReadsOneFieldOrTransformer) {
  for (const char* text : {"proc.name", "proc.aname[2]", "tolower(fd.name)"}) {
    Diagnostics diagnostics;
    const auto operand = ParseLeftSide(Text(text), {}, diagnostics);
    ASSERT_TRUE(operand) << text;
    EXPECT_EQ(PrintOperand(*operand), text);
  }
  for (const auto& [text, message] :
       {std::pair{"name", "expected a field or a transformer, found 'name'"},
        {"proc.name =",
         "expected nothing behind a field or a transformer, found '='"},
        {"",
         "expected a field or a transformer, but the condition ends "
         "here"}}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(ParseLeftSide(Text(text), {}, diagnostics)) << text;
    ASSERT_EQ(diagnostics.entries().size(), 1u) << text;
    EXPECT_EQ(diagnostics.entries()[0].message, message);
  }
}

TEST(ParseOperatorTest, ReadsOperatorsWithModifiers) {
  struct OperatorCase {
    const char* text;
    ast::Operator op;
    ast::Modifier modifier;
    bool takes_list;
  };
  for (const OperatorCase& c :
       {OperatorCase{"in", ast::Operator::kIn, ast::Modifier::kNone, true},
        OperatorCase{" startswith ", ast::Operator::kStartswith,
                     ast::Modifier::kNone, false},
        OperatorCase{"contains anyof", ast::Operator::kContains,
                     ast::Modifier::kAnyof, true},
        OperatorCase{"!= allof", ast::Operator::kNotEqual,
                     ast::Modifier::kAllof, true}}) {
    Diagnostics diagnostics;
    const auto op = ParseOperator(Text(c.text), diagnostics);
    ASSERT_TRUE(op) << c.text << diagnostics.ToString();
    EXPECT_EQ(op->op, c.op) << c.text;
    EXPECT_EQ(op->modifier, c.modifier) << c.text;
    EXPECT_EQ(op->takes_list(), c.takes_list) << c.text;
  }
  for (const char* text : {"", "like", "= x", "in anyof"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(ParseOperator(Text(text), diagnostics)) << text;
    EXPECT_EQ(diagnostics.errors(), 1u) << text;
  }
}

TEST(ParseValueTest, ReadsItemsOfLists) {
  struct ValueCase {
    const char* text;
    const char* value;
    bool quoted;
  };
  for (const ValueCase& c :
       {ValueCase{"bash", "bash", false},
        ValueCase{"runc:[0:PARENT]", "runc:[0:PARENT]", false},
        ValueCase{"\"(systemd)\"", "(systemd)", true},
        ValueCase{"'a b'", "a b", true},
        ValueCase{"sh -c \"x\"", "sh -c \"x\"", true},
        ValueCase{"sh -c \\\"x\\\"", "sh -c \"x\"", true},
        ValueCase{"a\\nb", "a\\nb", false}, ValueCase{"a=b", "a=b", false},
        ValueCase{"", "", false}}) {
    Diagnostics diagnostics;
    const auto literal = ParseValue(Text(c.text), {}, diagnostics);
    ASSERT_TRUE(literal) << c.text << diagnostics.ToString();
    EXPECT_EQ(literal->text, c.value) << c.text;
    EXPECT_EQ(literal->quoted, c.quoted) << c.text;
  }
  for (const auto& [text, message] :
       {std::pair{"\"a", "this \" has no closing \""},
        {"\"a\" b", "expected nothing behind a value in quotes, found 'b'"},
        {"a \\d", "'\\d' is no escape sequence"}}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(ParseValue(Text(text), {}, diagnostics)) << text;
    ASSERT_EQ(diagnostics.entries().size(), 1u) << text;
    EXPECT_EQ(diagnostics.entries()[0].message, message);
  }
}

TEST(ParseListTest, ReadsListsAndNames) {
  Diagnostics diagnostics;
  const auto list = ParseList(Text("(a, 'b c')"), {}, diagnostics);
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[1].text, "b c");
  EXPECT_FALSE(list->bare);
  EXPECT_TRUE(ParseList(Text("shells"), {}, diagnostics)->bare);
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_FALSE(ParseList(Text("(a"), {}, diagnostics));
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(ParseRightFieldTest, ReadsValAndTransformers) {
  for (const char* text : {"val(a.b)", "tolower(a.b)"}) {
    ASSERT_TRUE(IsRightField(text));
    Diagnostics diagnostics;
    const auto operand = ParseRightField(Text(text), {}, diagnostics);
    ASSERT_TRUE(operand) << text;
    EXPECT_EQ(PrintOperand(*operand), text);
  }
  EXPECT_FALSE(IsRightField("value"));
  EXPECT_FALSE(IsRightField("val (a.b)"));
  Diagnostics diagnostics;
  EXPECT_FALSE(ParseRightField(Text("val(a.b) x"), {}, diagnostics));
  EXPECT_EQ(diagnostics.errors(), 1u);
}

TEST(IsNumberTest, AcceptsWhatMayFollowAnOrder) {
  for (const char* text : {"1", "-1", "+1", "0x1f", "1.5", "1e+5"}) {
    EXPECT_TRUE(IsNumber(text)) << text;
  }
  for (const char* text : {"", "a", "1a", "--1", " 1", "1 "}) {
    EXPECT_FALSE(IsNumber(text)) << text;
  }
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/check/checker.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "rules/eval/testing/language.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {
namespace {

using testing::Bind;
using testing::CheckText;

struct BoundCase {
  const char* condition;
  const char* bound;
};

TEST(CheckerTest, BindsConditions) {
  const BoundCase cases[] = {
      {"x.str = a", "x.str = (\"a\")"},
      {"x.str != \"a b\" and not x.int >= 0x10",
       "(x.str != (\"a b\") and not x.int >= (16))"},
      {"x.str in (b, a) or x.bool = true",
       "(x.str in (\"b\", \"a\") or x.bool = (true))"},
      {"x.str contains anyof (a, b)", "x.str contains anyof (\"a\", \"b\")"},
      {"x.str exists", "x.str exists"},
      {"x.env[\"A B\"] = a", "x.env[A B] = (\"a\")"},
      {"x.port = ssh", "x.port = (22)"},
      {"x.net in (10.0.0.0/8)", "x.net in (0a000000/8)"},
      {"x.str = val(x.str2)", "x.str = val(x.str2)"},
      {"tolower(basename(x.path)) = a", "tolower(basename(x.path)) = (\"a\")"},
      {"join(\"-\", (x.str, x.int)) = a",
       "join(\"-\", (x.str, x.int)) = (\"a\")"},
      {"getopt(x.strs, \"ab:\")[b] = a",
       "getopt(x.strs, \"ab:\")[b] = (\"a\")"},
      {"len(x.strs) > 2", "len(x.strs) > (2)"},
  };
  for (const BoundCase& test : cases) {
    const BoundExprPtr bound = Bind(test.condition);
    ASSERT_NE(bound, nullptr) << test.condition;
    EXPECT_EQ(PrintBound(*bound), test.bound);
  }
}

struct MistakeCase {
  const char* condition;
  const char* diagnostics;
};

TEST(CheckerTest, ReportsMistakesWhereTheyStand) {
  const MistakeCase cases[] = {
      {"x.stt = a",
       "condition:1:1: error: unknown field `x.stt` [unknown-field]\n"
       "  x.stt = a\n"
       "  ^~~~~\n"
       "  hint: did you mean `x.str`?\n"},
      {"x.str exists and zzz.zzz = a",
       "condition:1:18: error: unknown field `zzz.zzz` [unknown-field]\n"
       "  x.str exists and zzz.zzz = a\n"
       "                   ^~~~~~~\n"
       "  hint: `eyrie rules fields` lists all fields\n"},
      {"x.port startswith 4",
       "condition:1:8: error: `x.port` is a port and does not take "
       "`startswith` [bad-operator]\n"
       "  x.port startswith 4\n"
       "         ^~~~~~~~~~\n"
       "  hint: it takes =, !=, <, <=, >, >=, exists, in, intersects\n"},
      {"x.int in (1, x)",
       "condition:1:14: error: `x` is not a whole number [bad-literal]\n"
       "  x.int in (1, x)\n"
       "               ^\n"},
      {"evt.type = opennat",
       "condition:1:12: error: unknown event type `opennat` "
       "[unknown-event-type]\n"
       "  evt.type = opennat\n"
       "             ^~~~~~~\n"
       "  hint: did you mean `openat`?\n"},
      {"x.str = val(x.path)",
       "condition:1:7: error: `x.str` is a string and `x.path` a path "
       "[type-mismatch]\n"
       "  x.str = val(x.path)\n"
       "        ^\n"
       "  hint: both sides must have the same type\n"},
      {"x.str regex tolower(x.str2)",
       "condition:1:7: error: `regex` on a string takes no field on the right "
       "[bad-right-side]\n"
       "  x.str regex tolower(x.str2)\n"
       "        ^~~~~\n"},
      {"tolower(proc.aname[1]) = a",
       "condition:1:9: error: field `proc.aname` cannot stand in a transformer "
       "[not-transformable]\n"
       "  tolower(proc.aname[1]) = a\n"
       "          ^~~~~~~~~~~~~\n"},
      {"x.str = val(proc.aname)",
       "condition:1:13: error: field `proc.aname` cannot stand on the right "
       "[not-on-the-right]\n"
       "  x.str = val(proc.aname)\n"
       "              ^~~~~~~~~~\n"},
      {"some_macro and x.str = a",
       "condition:1:1: error: unknown macro `some_macro` [unknown-macro]\n"
       "  some_macro and x.str = a\n"
       "  ^~~~~~~~~~\n"},
      {"len(x.int) = 1",
       "condition:1:1: error: transformer `len` does not take `x.int`, a "
       "signed integer [bad-transformer]\n"
       "  len(x.int) = 1\n"
       "  ^~~~~~~~~~\n"},
  };
  for (const MistakeCase& test : cases) {
    EXPECT_EQ(CheckText(test.condition), test.diagnostics) << test.condition;
  }
}

TEST(CheckerTest, WarnsAboutTraps) {
  EXPECT_EQ(
      CheckText("x.str = x.str2"),
      "condition:1:9: warning: `x.str2` is compared as a text, not as "
      "the field [field-as-text]\n"
      "  x.str = x.str2\n"
      "          ^~~~~~\n"
      "  hint: write `val(x.str2)` for the field's value, or put the text "
      "in quotes\n");
  EXPECT_EQ(CheckText("x.str = \"x.str2\""), "");
  EXPECT_EQ(CheckText("ka.verb != \"<NA>\""),
            "condition:1:12: warning: `ka.verb` never has the text `<NA>`: "
            "without a value every comparison is false [unsafe-na-check]\n"
            "  ka.verb != \"<NA>\"\n"
            "             ^~~~~~\n"
            "  hint: write `not ka.verb exists`\n");
  EXPECT_EQ(CheckText("x.str != \"<NA>\""), "");
}

struct CodeCase {
  const char* condition;
  const char* code;  // empty: no mistake
};

TEST(CheckerTest, TypesTransformers) {
  const CodeCase cases[] = {
      {"tolower(x.strs) in (a)", ""},
      {"tolower(x.strs) = a", "bad-operator"},
      {"tolower(x.bytes) = a", "bad-transformer"},
      {"tolower(x.str, x.str2) = a", "bad-transformer"},
      {"b64(x.bytes) contains a", ""},
      {"b64(x.bytes) pmatch (a)", "bad-operator"},
      {"b64(x.path) = a", "bad-transformer"},
      {"len(len(x.str)) = 1", "bad-transformer"},
      {"len(x.uints) = 1", ""},
      {"concat(x.str) = a", "bad-transformer"},
      {"concat(x.str, 1) = a", ""},
      {"concat(x.str, x.int) = a", "bad-transformer"},
      {"concat(x.str, x.strs) = a", "bad-transformer"},
      {"join(\",\", x.strs) = a", ""},
      {"join(\",\", x.uints) = a", ""},
      {"join(\",\", x.str) = a", "bad-transformer"},
      {"join(x.strs, x.strs) = a", "bad-transformer"},
      {"join(\",\", getopt(x.strs, \"a\")) = a", "bad-transformer"},
      {"join(\",\", x.strs)[0] = a", "bad-transformer"},
      {"getopt(x.strs, \"a\") in (a)", ""},
      {"getopt(x.strs, \"a\") = a", "bad-operator"},
      {"getopt(x.strs, \"a\")[a] = a", ""},
      {"getopt(x.strs, \"a\")[ab] = a", "bad-transformer"},
      {"getopt(x.str, \"a\") in (a)", "bad-transformer"},
      {"x.uid exists", ""},
      {"x.uid = 1", "bad-operator"},
      {"x.ints exists", ""},
      {"x.ints in (1)", "bad-operator"},
      {"x.port in val(x.port2)", ""},
      {"x.int = val(x.uint)", "type-mismatch"},
      {"x.uint32 = val(x.uint)", "type-mismatch"},
      {"x.str in val(x.strs)", "type-mismatch"},
      {"x.net = val(x.net)", "bad-right-side"},
      {"x.env = a", "bad-argument"},
      {"x.str[1] = a", "bad-argument"},
      {"proc.aname[x] = a", "bad-argument"},
      {"toupper(evt.type) = OPENAT", "unknown-event-type"},
      {"evt.type startswith op", "unknown-event-type"},
      {"evt.type in (openat, ptrace, \"\")", ""},
      {"len(evt.type) = 4", ""},
  };
  for (const CodeCase& test : cases) {
    const std::string text = CheckText(test.condition);
    if (*test.code == 0) {
      EXPECT_EQ(text, "") << test.condition;
    } else {
      EXPECT_NE(text.find(std::string("[") + test.code + "]"),
                std::string::npos)
          << test.condition << "\n"
          << text;
    }
  }
}

ast::ExprPtr Parse(const std::string& text) {
  Diagnostics diagnostics;
  return ParseCondition(
      LocatedText::FromFile(std::make_shared<SourceFile>("condition", text)),
      {}, diagnostics);
}

TEST(CheckerTest, OtherNameOfACallStandsForTheEventThatTellsOfIt) {
  Checker checker(testing::TestCatalog(), {});
  Diagnostics diagnostics;
  const BoundExprPtr bound =
      checker.Check(Parse("evt.type in (openat, pread64, ugetrlimit)"),
                    UnknownNames::kError, diagnostics);
  ASSERT_NE(bound, nullptr);
  std::vector<std::string> names;
  for (const Literal& literal : bound->predicate->literals) {
    names.push_back(literal.text);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"openat", "pread", "getrlimit"}));
  EXPECT_EQ(diagnostics.errors(), 0u);
  EXPECT_EQ(diagnostics.warnings(), 0u);
  EXPECT_NE(diagnostics.ToString().find(
                "note: `pread64` stands for `pread`, the event that tells of "
                "these calls [event-alias]"),
            std::string::npos)
      << diagnostics.ToString();
  EXPECT_NE(CheckText("evt.type = pread65").find("unknown-event-type"),
            std::string::npos);
}

TEST(CheckerTest, ReportsMistakeInSharedTreeOnce) {
  const ast::ExprPtr macro = Parse("x.stt = a");
  const ast::ExprPtr first = std::make_shared<ast::Expr>(
      ast::Expr{ast::And{{macro, Parse("x.str = a")}}, {}});
  const ast::ExprPtr second = std::make_shared<ast::Expr>(
      ast::Expr{ast::Or{{macro, Parse("x.str = b")}}, {}});
  Checker checker(testing::TestCatalog(), {});
  Diagnostics diagnostics;
  EXPECT_EQ(checker.Check(first, UnknownNames::kError, diagnostics), nullptr);
  EXPECT_EQ(checker.Check(second, UnknownNames::kError, diagnostics), nullptr);
  EXPECT_EQ(diagnostics.errors(), 1u) << diagnostics.ToString();
}

TEST(CheckerTest, SharesBoundTrees) {
  const ast::ExprPtr macro = Parse("x.str = a");
  const ast::ExprPtr rule =
      std::make_shared<ast::Expr>(ast::Expr{ast::And{{macro, macro}}, {}});
  Checker checker(testing::TestCatalog(), {});
  Diagnostics diagnostics;
  const BoundExprPtr bound =
      checker.Check(rule, UnknownNames::kError, diagnostics);
  ASSERT_NE(bound, nullptr);
  EXPECT_EQ(bound->operands[0], bound->operands[1]);
}

TEST(CheckerTest, UnknownNameInSkippedRuleWarnsAndStaysAnErrorElsewhere) {
  const ast::ExprPtr condition = Parse("x.stt = a");
  Checker checker(testing::TestCatalog(), {});
  Diagnostics diagnostics;
  EXPECT_EQ(checker.Check(condition, UnknownNames::kSkip, diagnostics),
            nullptr);
  EXPECT_EQ(diagnostics.errors(), 0u);
  EXPECT_EQ(diagnostics.warnings(), 1u);
  EXPECT_EQ(checker.Check(condition, UnknownNames::kError, diagnostics),
            nullptr);
  EXPECT_EQ(diagnostics.errors(), 1u);
}

}  // namespace
}  // namespace eyrie::rules

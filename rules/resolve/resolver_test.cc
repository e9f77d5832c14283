// SPDX-License-Identifier: Apache-2.0

#include "rules/resolve/resolver.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/reader/rule_collection.h"
#include "rules/source.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

struct Result {
  ResolvedRules rules;
  Diagnostics diagnostics;

  // The condition of the first rule, or the diagnostics.
  std::string Condition() const {
    return rules.rules.empty() ? diagnostics.ToString()
                               : PrintExpr(*rules.rules[0].condition);
  }
};

Result Load(const std::vector<std::string>& texts,
            const ResolveLimits& limits = {}) {
  std::vector<std::shared_ptr<const SourceFile>> files;
  for (size_t i = 0; i < texts.size(); ++i) {
    files.push_back(
        std::make_shared<SourceFile>(absl::StrCat(i, ".yaml"), texts[i]));
  }
  Result result;
  const RuleCollection collection =
      ReadRules(files, {}, {}, result.diagnostics);
  result.rules = Resolve(collection, limits, result.diagnostics);
  return result;
}

// A rule with this condition, as the last item of a file; it begins on the
// line behind `before`.
std::string WithRule(const std::string& before, const std::string& condition,
                     const std::string& more = "") {
  return before + "- rule: r\n  condition: " + condition +
         "\n  desc: d\n  output: o\n  priority: INFO\n" + more;
}

std::string Condition(const std::string& before, const std::string& condition,
                      const std::string& more = "") {
  return Load({WithRule(before, condition, more)}).Condition();
}

TEST(ResolverTest, KeepsTheAttributesOfARule) {
  const Result result = Load(
      {WithRule("", "a.b = 1",
                "  tags: [x, y, x]\n  enabled: false\n  warn_evttypes: false\n"
                "  skip-if-unknown-filter: true\n  capture: true\n"
                "  capture_duration: 9\n")});
  EXPECT_EQ(result.diagnostics.ToString(), "");
  ASSERT_EQ(result.rules.rules.size(), 1u);
  const ResolvedRule& rule = result.rules.rules[0];
  EXPECT_EQ(rule.name, "r");
  EXPECT_EQ(rule.name_range.begin, 8u);
  EXPECT_EQ(rule.description.text(), "d");
  EXPECT_EQ(rule.condition_text.text(), "a.b = 1");
  EXPECT_EQ(rule.output.text(), "o");
  EXPECT_EQ(rule.priority, Priority::kInformational);
  EXPECT_EQ(rule.source, "syscall");
  EXPECT_EQ(rule.tags, (std::vector<std::string>{"x", "y"}));
  EXPECT_FALSE(rule.enabled);
  EXPECT_FALSE(rule.warn_evttypes);
  EXPECT_TRUE(rule.skip_if_unknown_filter);
  EXPECT_TRUE(rule.capture);
  EXPECT_EQ(rule.capture_duration_ms, 9);
  EXPECT_EQ(rule.range.begin, 2u);
}

TEST(ResolverTest, ReplacesLists) {
  struct Case {
    const char* lists;
    const char* condition;
    const char* expected;
  };
  const Case cases[] = {
      {"- list: l\n  items: [x, y z]\n", "a.b in (l, w)",
       "a.b in (x, \"y z\", w)"},
      {"- list: l\n  items: [x, y]\n", "a.b in l", "a.b in (x, y)"},
      {"- list: l\n  items: [x, y]\n", "a.b in (v, l, w, l)",
       "a.b in (v, x, y, w, x, y)"},
      {"- list: l\n  items: []\n", "a.b in (l, w)", "a.b in (w)"},
      {"- list: l\n  items: []\n", "a.b in (w, l)", "a.b in (w)"},
      {"- list: l\n  items: []\n", "a.b in (l)", "a.b in ()"},
      {"- list: l\n  items: []\n", "a.b in l", "a.b in ()"},
      {"- list: my-l.x\n  items: [x]\n", "a.b pmatch (my-l.x)",
       "a.b pmatch (x)"},
      {"- list: l\n  items: [x]\n", "a.b intersects (l)", "a.b intersects (x)"},
      {"- list: l\n  items: [x, y]\n", "a.b contains anyof (l)",
       "a.b contains anyof (x, y)"},
      {"- list: l\n  items: [x, y]\n", "a.b = anyof l", "a.b = anyof (x, y)"},
      // Nested, and defined before.
      {"- list: k\n  items: [x]\n- list: l\n  items: [k, y]\n"
       "- list: m\n  items: [w, l]\n",
       "a.b in (m)", "a.b in (w, x, y)"},
      // Quotes of an item's own, as the reference wants them.
      {"- list: l\n  items: ['\"(systemd)\"', \"\\\"runc:[1:CHILD]\\\"\"]\n",
       "a.b in (l)", "a.b in (\"(systemd)\", \"runc:[1:CHILD]\")"},
      {"- list: l\n  items: ['\"sh -c x\"', sh -c 'y', 1, true]\n",
       "a.b in (l)", "a.b in (\"sh -c x\", \"sh -c 'y'\", 1, true)"},
      {"- list: l\n  items: [\"sh -c \\\\\\\"x\\\\\\\"\"]\n", "a.b in (l)",
       "a.b in (\"sh -c \\\"x\\\"\")"},
      {"- list: l\n  items: [a=b, (c)]\n", "a.b in (l)",
       "a.b in (\"a=b\", \"(c)\")"},
      // A name in quotes is a text, and so is a list's own name.
      {"- list: l\n  items: [x]\n", "a.b in (l) and a.c in (\"l\")",
       "a.b in (x) and a.c in (\"l\")"},
      {"- list: nginx\n  items: [nginx, apache]\n", "a.b in (nginx)",
       "a.b in (nginx, apache)"},
      {"- list: l\n  items: [x, y]\n", "a.b in (l) and a.c = \"l\"",
       "a.b in (x, y) and a.c = \"l\""},
      // One value in place of one.
      {"- list: l\n  items: [x]\n", "a.b = l", "a.b = x"},
      // Rules see lists that are defined later.
      {"- macro: m\n  condition: a.b in (l)\n- list: l\n  items: [x]\n", "m",
       "a.b in (x)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Condition(c.lists, c.condition), c.expected)
        << c.lists << c.condition;
  }
}

TEST(ResolverTest, AppendedListsSeeListsUpToThere) {
  EXPECT_EQ(Condition("- list: l\n  items: [x]\n- list: k\n  items: [y]\n"
                      "- list: l\n  items: [k]\n  override: {items: append}\n",
                      "a.b in (l)"),
            "a.b in (x, y)");
}

TEST(ResolverTest, ReplacesMacros) {
  struct Case {
    const char* macros;
    const char* condition;
    const char* expected;
  };
  const Case cases[] = {
      {"- macro: m\n  condition: a.b = 1 or a.c = 2\n", "m and a.d = 3",
       "(a.b = 1 or a.c = 2) and a.d = 3"},
      {"- macro: m\n  condition: a.b = 1\n", "not m", "not a.b = 1"},
      {"- macro: m\n  condition: (a.b = 1)\n- macro: n\n"
       "  condition: m or a.c = 2\n",
       "n and m", "(a.b = 1 or a.c = 2) and a.b = 1"},
      {"- list: l\n  items: [x]\n- macro: m\n  condition: a.b in (l)\n", "m",
       "a.b in (x)"},
      // A later definition keeps its place, but may use what came between.
      {"- macro: m\n  condition: a.b = 1\n- macro: n\n  condition: a.c = 1\n"
       "- macro: m\n  condition: n and a.d = 1\n",
       "m", "a.c = 1 and a.d = 1"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Condition(c.macros, c.condition), c.expected)
        << c.macros << c.condition;
  }
}

TEST(ResolverTest, SharesTheTreeOfAMacro) {
  const Result result = Load(
      {WithRule("- macro: m\n  condition: a.b = 1\n", "m and (m or a.c = 2)")});
  const auto& all = std::get<ast::And>(result.rules.rules[0].condition->node);
  const auto& any = std::get<ast::Or>(all.operands[1]->node);
  EXPECT_EQ(all.operands[0], any.operands[0]);
}

TEST(ResolverTest, AppendedConditionsObeyPrecedence) {
  const Result result = Load({WithRule("", "a.b = 1 or a.c = 2"),
                              "- rule: r\n  condition: and a.d = 3\n"
                              "  override: {condition: append}\n"});
  EXPECT_EQ(result.Condition(), "a.b = 1 or a.c = 2 and a.d = 3");
}

TEST(ResolverTest, ItemsPointToTheirList) {
  const std::string text =
      WithRule("- list: l\n  items: [x, 'y']\n", "a.b in (l)");
  const Result result = Load({text});
  const auto& comparison =
      std::get<ast::Comparison>(result.rules.rules[0].condition->node);
  const auto& list = std::get<ast::LiteralList>(comparison.right);
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].range.begin, text.find("x, 'y'"));
  EXPECT_EQ(list.items[1].range.begin, text.find("y'"));
}

TEST(ResolverTest, ReplacesExceptions) {
  struct Case {
    const char* exceptions;
    const char* expected;
  };
  const Case cases[] = {
      {"{name: e, fields: [a.b, c.d], comps: [=, startswith], values: [[cat, "
       "/etc], [vi, /tmp]]}",
       "(a.b = 1 or a.c = 2) and not (a.b = cat and c.d startswith /etc or a.b "
       "= vi and c.d startswith /tmp)"},
      {"{name: e, fields: a.b, values: [cat, vi]}",
       "(a.b = 1 or a.c = 2) and not a.b in (cat, vi)"},
      {"{name: e, fields: a.b}", "a.b = 1 or a.c = 2"},
      {"{name: e, fields: a.b, values: []}", "a.b = 1 or a.c = 2"},
      {"{name: e, fields: [a.b], values: [[cat]]}",
       "(a.b = 1 or a.c = 2) and not a.b = cat"},
      {"{name: e, fields: [a.b, c.d], comps: [in, pmatch], values: [[[cat, x "
       "y], /etc], [l, \"(/a, /b)\"]]}",
       "(a.b = 1 or a.c = 2) and not (a.b in (cat, \"x y\") and c.d pmatch "
       "(/etc) or a.b in (p, q) and c.d pmatch (/a, /b))"},
      {"{name: e, fields: a.b, comps: contains anyof, values: [cat, l]}",
       "(a.b = 1 or a.c = 2) and not a.b contains anyof (cat, p, q)"},
      {"{name: e, fields: [tolower(a.b), 'c.d[1]'], comps: [=, '>='], values: "
       "[['\"x\"', 5]]}",
       "(a.b = 1 or a.c = 2) and not (tolower(a.b) = \"x\" and c.d[1] >= 5)"},
      {"{name: e, fields: [a.b, c.d], values: [[val(e.f), tolower(e.f)]]}",
       "(a.b = 1 or a.c = 2) and not (a.b = val(e.f) and c.d = tolower(e.f))"},
      {"{name: e, fields: [a.b], values: [['x) or (c.d = y']]}",
       "(a.b = 1 or a.c = 2) and not a.b = \"x) or (c.d = y\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Condition("- list: l\n  items: [p, q]\n", "a.b = 1 or a.c = 2",
                        absl::StrCat("  exceptions: [", c.exceptions, "]\n")),
              c.expected);
  }
}

TEST(ResolverTest, ExceptionsPointToTheirValues) {
  const std::string text = WithRule(
      "", "a.b = 1",
      "  exceptions:\n  - {name: e, fields: [c.d], values: [[xyz]]}\n");
  const Result result = Load({text});
  const auto& all = std::get<ast::And>(result.rules.rules[0].condition->node);
  const auto& negation = std::get<ast::Not>(all.operands[1]->node);
  const auto& comparison = std::get<ast::Comparison>(negation.operand->node);
  EXPECT_EQ(std::get<ast::Literal>(comparison.right).range.begin,
            text.find("xyz"));
  EXPECT_EQ(std::get<ast::FieldRef>(comparison.left).range.begin,
            text.find("c.d"));
  // The default operator has the place of its field.
  EXPECT_EQ(comparison.op_range.begin, text.find("c.d"));
}

// The diagnostics of a rule with these items before it, excerpts left out.
std::string Mistakes(const std::string& before, const std::string& condition,
                     const std::string& more = "",
                     const ResolveLimits& limits = {}) {
  const Result result = Load({WithRule(before, condition, more)}, limits);
  std::string all;
  for (const Diagnostic& diagnostic : result.diagnostics.entries()) {
    // Unused ones are not what these tests are about.
    if (diagnostic.code == "unused-macro" || diagnostic.code == "unused-list") {
      continue;
    }
    const SourceFile::Position at =
        diagnostic.range.file->At(diagnostic.range.begin);
    absl::StrAppend(&all, at.line, ":", at.column, " ", diagnostic.code, ": ",
                    diagnostic.message, diagnostic.hint.empty() ? "" : " | ",
                    diagnostic.hint, "\n");
  }
  return all;
}

TEST(ResolverTest, SaysWhatIsWrong) {
  struct Case {
    std::string before;
    std::string condition;
    std::string expected;
  };
  const Case cases[] = {
      {"- macro: shells\n  condition: a.b = 1\n", "a.c = 1 and shels",
       "4:26 unknown-macro: there is no macro 'shels' | did you mean "
       "'shells'?\n"},
      {"- list: shells\n  items: [x]\n", "shells",
       "4:14 unknown-macro: there is no macro 'shells' | 'shells' is a list: "
       "write 'field in (shells)'\n"},
      {"", "nothing_like_it",
       "2:14 unknown-macro: there is no macro "
       "'nothing_like_it'\n"},
      // All at once.
      {"", "x or y",
       "2:14 unknown-macro: there is no macro 'x'\n"
       "2:19 unknown-macro: there is no macro 'y'\n"},
      {"- macro: m\n  condition: m or a.b = 1\n", "a.c = 1",
       "2:14 recursive-macro: macro 'm' uses itself: m > m\n"},
      {"- macro: m\n  condition: a.b = 1 and n\n"
       "- macro: n\n  condition: o\n- macro: o\n  condition: not m\n",
       "a.c = 1",
       "6:18 recursive-macro: macro 'm' uses itself: m > n > o > m\n"},
      {"- macro: m\n  condition: a.b = 1\n- macro: n\n  condition: m\n"
       "- macro: m\n  condition: n\n",
       "m", "4:14 recursive-macro: macro 'm' uses itself: m > n > m\n"},
      {"- macro: m\n  condition: n\n- macro: n\n  condition: a.b = 1\n", "n",
       "2:14 macro-used-before-definition: macro 'n' is defined after 'm', "
       "which uses it | move 'n' before 'm'\n"},
      // A macro's mistake is told once, whoever uses it.
      {"- macro: m\n  condition: a.b =\n- macro: n\n  condition: m or m\n",
       "m and n",
       "2:19 syntax-error: expected a value behind '=', but the condition ends "
       "here\n"},
      {"- list: l\n  items: [x, y]\n", "a.b = l",
       "4:20 list-as-value: 'l' is a list of 2 items, but one value must stand "
       "here | write 'in (l)', or '\"l\"' for the text\n"},
      {"", "a.b in shells",
       "2:21 unknown-list: there is no list 'shells'; it is read as a text | "
       "write '(shells)' if the text is meant\n"},
      {"- list: l\n  items: [k]\n- list: k\n  items: [x]\n", "a.b in (l)",
       "2:11 list-used-before-definition: list 'k' is defined later, so this "
       "is a text | define 'k' before 'l'\n"},
      {"- list: l\n  items: []\n- list: k\n  items: [l]\n"
       "- list: l\n  items: [k]\n",
       "a.b in (l)",
       "4:11 recursive-list: list 'k' holds itself by way of 'l'\n"},
      {"- list: l\n  items: ['a,b']\n", "a.b in (l)",
       "2:12 comma-in-item: 'a,b' is one item with a comma in it | write two "
       "items, or quote it twice: '\"a,b\"'\n"},
      {"- list: l\n  items: [\"'x\"]\n", "a.b in (l)",
       "2:12 unterminated-string: this ' has no closing '\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Mistakes(c.before, c.condition), c.expected)
        << c.before << c.condition;
  }
}

TEST(ResolverTest, SaysWhatIsWrongWithExceptions) {
  struct Case {
    const char* exception;
    const char* expected;
  };
  const Case cases[] = {
      {"{name: e, fields: a, values: [x]}",
       "7:23 syntax-error: expected a field or a transformer, found 'a'\n"},
      {"{name: e, fields: a.b, comps: like, values: [x]}",
       "7:35 unknown-operator: 'like' is no operator | operators: = != < <= > "
       ">= exists in intersects pmatch contains icontains bcontains startswith "
       "bstartswith endswith glob iglob regex\n"},
      {"{name: e, fields: a.b, comps: =, values: [x]}",
       "7:35 bad-exception: '=' takes one value, but a single field is "
       "compared with all: use in, pmatch, intersects, or a modifier such as "
       "'= anyof'\n"},
      {"{name: e, fields: [a.b], comps: [exists], values: [[x]]}",
       "7:38 bad-exception: 'exists' takes no value, so it cannot stand "
       "here\n"},
      {"{name: e, fields: [a.b], values: [x]}",
       "7:39 bad-exception: each of the values must be a list of 1, one for "
       "each field\n"},
      {"{name: e, fields: [a.b, c.d], values: [[x]]}",
       "7:44 bad-exception: each of the values must be a list of 2, one for "
       "each field; this has 1\n"},
      {"{name: e, fields: [a.b], values: [[[x]]]}",
       "7:40 bad-exception: '=' takes one value, this is a list\n"},
      {"{name: e, fields: a.b, values: [[x]]}",
       "7:37 bad-exception: a text must stand here, this is a list\n"},
      {"{name: e, fields: [a.b], comps: [<], values: [[x]]}",
       "7:52 bad-exception: '<' takes a number, not 'x'\n"},
      {"{name: e, fields: [a.b], values: [[\"val(x)\"]]}",
       "7:45 syntax-error: expected a field in val(...), found 'x' | "
       "transformers need no val(): write them alone\n"},
      {"{name: e, fields: [a.b], comps: [in], values: [[\"(x\"]]}",
       "7:56 syntax-error: expected ',' or ')', but the condition ends here | "
       "a value with blanks or any of ()=,'\" must stand in quotes\n"},
  };
  for (const Case& c : cases) {
    const std::string mistakes = Mistakes(
        "", "a.b = 1", absl::StrCat("  exceptions:\n  - ", c.exception, "\n"));
    EXPECT_EQ(mistakes, c.expected) << c.exception;
  }
}

TEST(ResolverTest, ExceptionsWantOneValueWhereOneMustStand) {
  EXPECT_EQ(Mistakes("- list: l\n  items: [x, y]\n", "a.b = 1",
                     "  exceptions:\n"
                     "  - {name: e, fields: [a.b], values: [[l]]}\n"),
            "9:40 list-as-value: 'l' is a list of 2 items, but one value must "
            "stand here | write 'in (l)', or '\"l\"' for the text\n");
}

TEST(ResolverTest, WarnsOfWhatNothingUses) {
  const Result result =
      Load({WithRule("- list: used\n  items: [x]\n- list: spare\n  items: [x]\n"
                     "- macro: inner\n  condition: a.b in (used)\n"
                     "- macro: outer\n  condition: inner\n",
                     "a.c = 1")});
  EXPECT_EQ(result.diagnostics.ToString(),
            "0.yaml:7:10: warning: nothing uses macro 'outer' "
            "[unused-macro]\n"
            "  - macro: outer\n"
            "           ^~~~~\n"
            "0.yaml:3:9: warning: nothing uses list 'spare' [unused-list]\n"
            "  - list: spare\n"
            "          ^~~~~\n");
}

TEST(ResolverTest, SkipsRulesOfOtherSources) {
  const Result result =
      Load({WithRule("- macro: m\n  condition: ka.verb = get\n", "m and x y",
                     "  source: okta\n")});
  EXPECT_TRUE(result.rules.rules.empty());
  EXPECT_FALSE(result.diagnostics.has_errors());
  EXPECT_EQ(result.diagnostics.warnings(), 2u);  // its macro counts as unused
}

TEST(ResolverTest, ARuleWithAMistakeDoesNotHideOthers) {
  const Result result = Load({WithRule("", "x"),
                              "- rule: s\n  condition: a.b = 1\n  desc: d\n"
                              "  output: o\n  priority: INFO\n"});
  ASSERT_EQ(result.rules.rules.size(), 1u);
  EXPECT_EQ(result.rules.rules[0].name, "s");
  EXPECT_EQ(result.diagnostics.errors(), 1u);
}

TEST(ResolverTest, KeepsWhatCouldBeResolvedOfABrokenRule) {
  const Result result =
      Load({"- macro: m\n  condition: a.b = 1 and nosuch\n" +
            WithRule("", "m or not (a.c = 2 and other) or a.d = 3")});
  EXPECT_EQ(result.diagnostics.errors(), 2u) << result.diagnostics.ToString();
  EXPECT_TRUE(result.rules.rules.empty());
  ASSERT_EQ(result.rules.broken.size(), 1u);
  EXPECT_EQ(PrintExpr(*result.rules.broken[0].condition),
            "a.b = 1 and a.c = 2 and a.d = 3");
  const Result nothing = Load({WithRule("", "nosuch")});
  ASSERT_EQ(nothing.rules.broken.size(), 1u);
  EXPECT_EQ(nothing.rules.broken[0].condition, nullptr);
}

TEST(ResolverTest, LimitsWhatMacrosUnfoldTo) {
  // Each macro uses the one before twice.
  std::string macros = "- macro: m0\n  condition: a.b = 1\n";
  for (int i = 1; i <= 40; ++i) {
    absl::StrAppend(&macros, "- macro: m", i, "\n  condition: m", i - 1,
                    " and m", i - 1, "\n");
  }
  // m15 is the last with less than 100,000 nodes.
  EXPECT_EQ(Mistakes(macros, "m14"),
            "32:14 limit-exceeded: unfolded, this condition has more than "
            "100000 comparisons and values\n");
  EXPECT_EQ(Mistakes(macros, "m15"), Mistakes(macros, "m14"));
}

TEST(ResolverTest, LimitsDepth) {
  std::string macros = "- macro: m0\n  condition: a.b = 1\n";
  for (int i = 1; i <= 20; ++i) {
    absl::StrAppend(&macros, "- macro: m", i, "\n  condition: not m", i - 1,
                    "\n");
  }
  ResolveLimits limits;
  limits.max_depth = 21;
  EXPECT_EQ(Mistakes(macros, "m20", "", limits), "");
  limits.max_depth = 20;
  EXPECT_EQ(Mistakes(macros, "m20", "", limits),
            "42:14 limit-exceeded: unfolded, this condition nests more than 20 "
            "deep\n");
}

TEST(ResolverTest, LimitsChainsOfMacrosInReverse) {
  std::string macros;
  for (int i = 0; i < 2000; ++i) {
    absl::StrAppend(&macros, "- macro: m", i, "\n  condition: m", i + 1, "\n");
  }
  const Result result = Load({WithRule(macros, "a.b = 1")});
  ASSERT_FALSE(result.diagnostics.entries().empty());
  EXPECT_EQ(result.diagnostics.entries()[0].message,
            "macros use macros more than 256 deep");
}

TEST(ResolverTest, LimitsChainsOfListsInReverse) {
  std::string lists;
  for (int i = 0; i < 2000; ++i) {
    absl::StrAppend(&lists, "- list: l", i, "\n  items: []\n");
  }
  for (int i = 0; i < 1999; ++i) {
    absl::StrAppend(&lists, "- list: l", i, "\n  items: [l", i + 1, "]\n");
  }
  const Result result = Load({WithRule(lists, "a.b in (l0)")});
  ASSERT_TRUE(result.diagnostics.has_errors());
  EXPECT_EQ(result.diagnostics.entries()[0].message,
            "lists hold lists more than 256 deep");
}

TEST(ResolverTest, LimitsWhatListsUnfoldTo) {
  std::string lists = "- list: l0\n  items: [x, y]\n";
  for (int i = 1; i <= 40; ++i) {
    absl::StrAppend(&lists, "- list: l", i, "\n  items: [l", i - 1, ", l",
                    i - 1, "]\n");
  }
  const std::string mistakes = Mistakes(lists, "a.b = 1");
  EXPECT_EQ(mistakes.substr(0, mistakes.find('\n')),
            "34:16 limit-exceeded: with this list there are more than 100000 "
            "values");
}

TEST(ResolverTest, LimitsValuesOfAllConditionsTogether) {
  ResolveLimits limits;
  limits.max_total_nodes = 10;
  const std::string list = "- list: l\n  items: [1, 2, 3]\n";
  EXPECT_EQ(Mistakes(list, "a.b in (l, l, l)", "", limits), "");
  EXPECT_EQ(Mistakes(list, "a.b in (l, l, l) and a.c = 1", "", limits),
            "3:9 limit-exceeded: all rules together have more than 10 "
            "comparisons and values\n");
  EXPECT_EQ(Mistakes(list, "a.b in (l, l, l, l)", "", limits),
            "4:31 limit-exceeded: lists are used so often that they have more "
            "than 10 values\n");
}

TEST(ResolverTest, LimitsExceptions) {
  ResolveLimits limits;
  limits.max_nodes = 10;
  const std::string exceptions =
      "  exceptions:\n  - {name: e, fields: a.b, values: [1, 2, 3, 4, 5, 6, 7, "
      "8, 9]}\n";
  EXPECT_EQ(Mistakes("", "a.b = 1", exceptions, limits),
            "1:9 limit-exceeded: with its exceptions, rule 'r' has more than "
            "10 comparisons and values\n");
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/rule_collection.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "rules/diagnostics.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

struct Result {
  RuleCollection collection;
  std::string diagnostics;
};

// Reads `texts` as files 0.yaml, 1.yaml, ...
Result Read(const std::vector<std::string>& texts,
            const ReadLimits& limits = {}) {
  std::vector<std::shared_ptr<const SourceFile>> files;
  for (size_t i = 0; i < texts.size(); ++i) {
    files.push_back(
        std::make_shared<SourceFile>(absl::StrCat(i, ".yaml"), texts[i]));
  }
  KnownSources known;
  known.sources = {"syscall", "k8s_audit"};
  Diagnostics diagnostics;
  Result result;
  result.collection = ReadRules(files, limits, known, diagnostics);
  result.diagnostics = diagnostics.ToString();
  return result;
}

// A whole rule.
std::string Rule(const std::string& name, const std::string& more = "") {
  return "- rule: " + name +
         "\n  desc: d\n  condition: a.b = 1\n  output: o\n  priority: "
         "NOTICE\n" +
         more;
}

std::string Items(const ListDefinition& list) {
  return absl::StrJoin(list.items, " ",
                       [](std::string* out, const LocatedText& item) {
                         absl::StrAppend(out, item.text());
                       });
}

TEST(RuleCollectionTest, FillsInDefaults) {
  const Result result = Read({Rule("r")});
  EXPECT_EQ(result.diagnostics, "");
  const RuleDefinition* rule = result.collection.rules.Find("r");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->condition.text(), "a.b = 1");
  EXPECT_EQ(rule->output.text(), "o");
  EXPECT_EQ(rule->description.text(), "d");
  EXPECT_EQ(rule->priority, Priority::kNotice);
  EXPECT_EQ(rule->source, "syscall");
  EXPECT_TRUE(rule->is_source_known);
  EXPECT_TRUE(rule->enabled);
  EXPECT_TRUE(rule->warn_evttypes);
  EXPECT_FALSE(rule->skip_if_unknown_filter);
  EXPECT_TRUE(rule->tags.empty());
}

TEST(RuleCollectionTest, ARedefinitionKeepsItsPlace) {
  const Result result =
      Read({Rule("r1", "  tags: [x]\n  enabled: false\n") + Rule("r2") +
            "- macro: m\n  condition: a\n- macro: n\n  condition: b\n"
            "- macro: m\n  condition: c\n- list: l\n  items: [a]\n" +
            Rule("r1") + "- list: l\n  items: [b]\n"});
  EXPECT_EQ(result.diagnostics, "");
  const auto& rules = result.collection.rules.all();
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].name.text(), "r1");
  EXPECT_TRUE(rules[0].enabled);  // nothing is left of the first
  EXPECT_TRUE(rules[0].tags.empty());
  EXPECT_EQ(rules[0].order.index, 0u);
  EXPECT_EQ(rules[0].order.visibility, 6u);
  const auto& macros = result.collection.macros.all();
  ASSERT_EQ(macros.size(), 2u);
  EXPECT_EQ(macros[0].condition.text(), "c");
  EXPECT_EQ(macros[0].order.index, 2u);
  EXPECT_EQ(macros[0].order.visibility, 4u);
  EXPECT_EQ(Items(result.collection.lists.all()[0]), "b");
}

TEST(RuleCollectionTest, LaterFilesChangeEarlierOnes) {
  const Result result = Read(
      {Rule("r", "  tags: [x, y]\n") +
           "- list: l\n  items: [a]\n- macro: m\n  condition: p or q\n",
       "- list: l\n  items: [b, c]\n  override: {items: append}\n"
       "- macro: m\n  condition: and r\n  override: {condition: append}\n"
       "- rule: r\n  condition: and c.d = 2\n  output: more\n  desc: e\n"
       "  tags: [y, z]\n  priority: ERROR\n  enabled: false\n"
       "  warn_evttypes: false\n  skip-if-unknown-filter: true\n"
       "  capture: true\n  capture_duration: 7\n"
       "  override: {condition: append, output: append, desc: append, tags: "
       "append, priority: replace, enabled: replace, warn_evttypes: replace, "
       "skip-if-unknown-filter: replace, capture: replace, capture_duration: "
       "replace}\n"});
  EXPECT_EQ(result.diagnostics, "");
  EXPECT_EQ(Items(*result.collection.lists.Find("l")), "a b c");
  EXPECT_EQ(result.collection.macros.Find("m")->condition.text(),
            "p or q and r");
  const RuleDefinition& rule = *result.collection.rules.Find("r");
  EXPECT_EQ(rule.condition.text(), "a.b = 1 and c.d = 2");
  EXPECT_EQ(rule.condition.Range(8, 11).file->name(), "1.yaml");
  EXPECT_EQ(rule.output.text(), "o more");
  EXPECT_EQ(rule.description.text(), "d e");
  EXPECT_EQ(rule.tags, (std::vector<std::string>{"x", "y", "z"}));
  EXPECT_EQ(rule.priority, Priority::kError);
  EXPECT_FALSE(rule.enabled);
  EXPECT_FALSE(rule.warn_evttypes);
  EXPECT_TRUE(rule.skip_if_unknown_filter);
  EXPECT_TRUE(rule.capture);
  EXPECT_EQ(rule.capture_duration_ms, 7);
}

TEST(RuleCollectionTest, OverrideReplaces) {
  const Result result = Read(
      {Rule("r", "  tags: [x]\n") +
       "- list: l\n  items: [a]\n- macro: m\n  condition: p\n"
       "- list: l\n  items: [b]\n  override: {items: replace}\n"
       "- macro: m\n  condition: q\n  override: {condition: replace}\n"
       "- rule: r\n  condition: c.d = 2\n  output: new\n  desc: e\n  tags: "
       "[z]\n"
       "  override: {condition: replace, output: replace, desc: replace, tags: "
       "replace}\n"});
  EXPECT_EQ(result.diagnostics, "");
  EXPECT_EQ(Items(*result.collection.lists.Find("l")), "b");
  EXPECT_EQ(result.collection.macros.Find("m")->condition.text(), "q");
  const RuleDefinition& rule = *result.collection.rules.Find("r");
  EXPECT_EQ(rule.condition.text(), "c.d = 2");
  EXPECT_EQ(rule.output.text(), "new");
  EXPECT_EQ(rule.description.text(), "e");
  EXPECT_EQ(rule.tags, (std::vector<std::string>{"z"}));
}

TEST(RuleCollectionTest, OldFormsStillWork) {
  const Result result =
      Read({Rule("r") + "- list: l\n  items: [a]\n- macro: m\n  condition: p\n"
                        "- list: l\n  items: [b]\n  append: true\n"
                        "- macro: m\n  condition: or q\n  append: true\n"
                        "- rule: r\n  condition: and c\n  append: true\n"
                        "- rule: r\n  enabled: false\n"});
  EXPECT_EQ(result.diagnostics,
            "0.yaml:12:11: warning: 'append: true' is an old form "
            "[deprecated]\n"
            "    append: true\n            ^~~~\n  hint: use 'override'\n"
            "0.yaml:15:11: warning: 'append: true' is an old form "
            "[deprecated]\n"
            "    append: true\n            ^~~~\n  hint: use 'override'\n"
            "0.yaml:18:11: warning: 'append: true' is an old form "
            "[deprecated]\n"
            "    append: true\n            ^~~~\n  hint: use 'override'\n"
            "0.yaml:20:12: warning: a rule with 'enabled' alone is an old form "
            "[deprecated]\n"
            "    enabled: false\n             ^~~~~\n"
            "  hint: add 'override: {enabled: replace}'\n");
  EXPECT_EQ(Items(*result.collection.lists.Find("l")), "a b");
  EXPECT_EQ(result.collection.macros.Find("m")->condition.text(), "p or q");
  const RuleDefinition& rule = *result.collection.rules.Find("r");
  EXPECT_EQ(rule.condition.text(), "a.b = 1 and c");
  EXPECT_FALSE(rule.enabled);
}

// A file that adds `more` to a rule, a list and a macro.
std::string Diagnose(const std::string& more) {
  return Read({Rule("known") +
                   "- list: l\n  items: []\n- macro: m\n  condition: a\n",
               more})
      .diagnostics;
}

TEST(RuleCollectionTest, SaysWhatIsWrong) {
  struct Case {
    std::string text;
    std::string expected;
  };
  const Case cases[] = {
      {"- rule: knwon\n  condition: a\n  override: {condition: append}\n",
       "1.yaml:1:9: error: there is no rule 'knwon' yet that this could change "
       "[unknown-target]\n  - rule: knwon\n          ^~~~~\n"
       "  hint: did you mean 'known'?\n"},
      {"- list: x\n  items: []\n  override: {items: replace}\n",
       "1.yaml:1:9: error: there is no list 'x' yet that this could change "
       "[unknown-target]\n  - list: x\n          ^\n"},
      {"- macro: x\n  condition: a\n  override: {condition: append}\n",
       "1.yaml:1:10: error: there is no macro 'x' yet that this could change "
       "[unknown-target]\n  - macro: x\n           ^\n"},
      {"- rule: x\n  override: {enabled: replace}\n  enabled: false\n",
       "1.yaml:1:9: error: there is no rule 'x' yet that this could change "
       "[unknown-target]\n  - rule: x\n          ^\n"},
      {"- list: l\n  items: []\n  override: {list: append}\n",
       "1.yaml:3:14: error: 'list' of a list cannot be overridden "
       "[bad-override]\n    override: {list: append}\n               ^~~~\n"
       "  hint: only 'items' can\n"},
      {"- rule: known\n  source: syscall\n  override: {source: replace}\n",
       "1.yaml:3:14: error: 'source' of a rule cannot be overridden "
       "[bad-override]\n    override: {source: replace}\n"
       "               ^~~~~~\n"},
      {"- rule: known\n  priority: INFO\n  override: {priority: append}\n",
       "1.yaml:3:14: error: nothing can be appended to 'priority', it can only "
       "be replaced [bad-override]\n    override: {priority: append}\n"
       "               ^~~~~~~~\n"},
      {"- rule: known\n  override: {output: append}\n",
       "1.yaml:2:14: error: 'output' is to be overridden, but is not given "
       "[bad-override]\n    override: {output: append}\n"
       "               ^~~~~~\n"},
      {"- rule: known\n  desc: d\n  output: o\n  override: {output: append}\n",
       "1.yaml:1:9: error: 'desc' is given, but 'override' does not say what "
       "to do with it [bad-override]\n  - rule: known\n          ^~~~~\n"
       "  hint: add 'desc: replace' to 'override'\n"},
      {"- rule: known\n  source: other\n  output: o\n"
       "  override: {output: append}\n",
       "1.yaml:2:11: error: rule 'known' has source 'syscall', which cannot "
       "become 'other' [source-changed]\n    source: other\n"
       "            ^~~~~\n"},
      {Rule("known", "  source: k8s_audit\n"),
       "1.yaml:6:11: error: rule 'known' has source 'syscall', which cannot "
       "become 'k8s_audit' [source-changed]\n    source: k8s_audit\n"
       "            ^~~~~~~~~\n"},
      {Rule("x", "  source: k8s_audit\n"), ""},
      {Rule("x", "  source: okta\n"),
       "1.yaml:6:11: warning: rule 'x' is skipped: there is no source 'okta' "
       "[unknown-source]\n    source: okta\n            ^~~~\n"
       "  hint: sources: syscall k8s_audit\n"},
      {"- rule: x\n  priority: high\n  desc: d\n  output: o\n"
       "  condition: a\n",
       "1.yaml:2:13: error: 'high' is no priority [bad-priority]\n"
       "    priority: high\n              ^~~~\n"
       "  hint: priorities: EMERGENCY ALERT CRITICAL ERROR WARNING NOTICE "
       "INFORMATIONAL DEBUG\n"},
      {"- rule: x\n  desc: d\n  condition: a\n",
       "1.yaml:1:3: error: rule 'x' has no 'output' [missing-key]\n"
       "  - rule: x\n    ^~~~~~~\n"
       "1.yaml:1:3: error: rule 'x' has no 'priority' [missing-key]\n"
       "  - rule: x\n    ^~~~~~~\n"},
      {"- rule: x\n  tags: []\n",
       "1.yaml:1:3: error: rule 'x' has no 'condition', 'output', 'desc' and "
       "'priority' [missing-key]\n  - rule: x\n    ^~~~~~~\n"},
      {"- rule: known\n  output: o\n  append: true\n",
       "1.yaml:3:11: warning: 'append: true' is an old form [deprecated]\n"
       "    append: true\n            ^~~~\n  hint: use 'override'\n"
       "1.yaml:1:3: error: this rule appends nothing: it has neither "
       "'condition' nor 'exceptions' [missing-key]\n"
       "  - rule: known\n    ^~~~~~~~~~~\n"},
      {"- rule: known\n  condition: a\n  output: o\n  append: true\n",
       "1.yaml:4:11: warning: 'append: true' is an old form [deprecated]\n"
       "    append: true\n            ^~~~\n  hint: use 'override'\n"
       "1.yaml:1:9: warning: 'output' is ignored: this item only appends "
       "conditions and exceptions [ignored-key]\n"
       "  - rule: known\n          ^~~~~\n  hint: use 'override'\n"},
      {"- list: a b\n  items: []\n",
       "1.yaml:1:9: warning: no condition can name a list 'a b' "
       "[invalid-name]\n  - list: a b\n          ^~~\n"
       "  hint: a name has no blanks and none of ()\"'=,\n"},
      {"- macro: a-b\n  condition: c\n",
       "1.yaml:1:10: warning: no condition can name a macro 'a-b' "
       "[invalid-name]\n  - macro: a-b\n           ^~~\n"
       "  hint: a name is made of letters, digits and '_', a letter first\n"},
      {"- list: a-b.c\n  items: []\n", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Diagnose(c.text), c.expected);
}

TEST(RuleCollectionTest, ANewerFileIsNotReadFurther) {
  const Result result =
      Read({Rule("a") + "- required_engine_version: 0.99.0\n" + Rule("b") +
                "- list: x\n  items: []\n  override: {items: append}\n",
            Rule("c")});
  EXPECT_EQ(result.diagnostics,
            "0.yaml:6:28: error: this file needs engine version 0.99.0; this "
            "is compatible with 0.63.0 [engine-version]\n"
            "  - required_engine_version: 0.99.0\n"
            "                             ^~~~~~\n");
  EXPECT_NE(result.collection.rules.Find("a"), nullptr);
  EXPECT_EQ(result.collection.rules.Find("b"), nullptr);
  EXPECT_NE(result.collection.rules.Find("c"), nullptr);
}

TEST(RuleCollectionTest, MergesExceptions) {
  const Result result =
      Read({Rule("r",
                 "  exceptions:\n"
                 "  - {name: one, fields: a.b, values: [x]}\n"
                 "  - {name: two, fields: [a.b, c.d], comps: [=, in]}\n"
                 "  - {name: three, fields: [a.b]}\n"),
            "- rule: r\n  exceptions:\n"
            "  - {name: one, values: [y]}\n"
            "  - {name: two, values: [[y, z]]}\n"
            "  - {name: four, fields: a.b, comps: pmatch, values: [/x]}\n"
            "  override: {exceptions: append}\n"});
  EXPECT_EQ(result.diagnostics, "");
  const auto& exceptions = result.collection.rules.Find("r")->exceptions;
  ASSERT_EQ(exceptions.size(), 4u);
  EXPECT_EQ(exceptions[0].comps.text.text(), "in");
  ASSERT_EQ(exceptions[0].values.size(), 2u);
  EXPECT_EQ(exceptions[0].values[1].text.text(), "y");
  EXPECT_EQ(exceptions[1].values.size(), 1u);
  EXPECT_EQ(exceptions[1].comps.items[1].text.text(), "in");
  EXPECT_TRUE(exceptions[2].values.empty());
  EXPECT_EQ(exceptions[2].comps.items[0].text.text(), "=");
  EXPECT_EQ(exceptions[3].name.text(), "four");
}

TEST(RuleCollectionTest, ReplacesExceptions) {
  const Result result = Read(
      {Rule("r", "  exceptions:\n  - {name: one, fields: a.b, values: [x]}\n"),
       "- rule: r\n  exceptions:\n"
       "  - {name: two, fields: a.b, values: [y]}\n"
       "  override: {exceptions: replace}\n"});
  EXPECT_EQ(result.diagnostics, "");
  const auto& exceptions = result.collection.rules.Find("r")->exceptions;
  ASSERT_EQ(exceptions.size(), 1u);
  EXPECT_EQ(exceptions[0].name.text(), "two");
}

TEST(RuleCollectionTest, SaysWhatIsWrongWithExceptions) {
  const std::string base =
      Rule("r", "  exceptions:\n  - {name: one, fields: a.b, values: [x]}\n");
  struct Case {
    std::string exceptions;
    std::string expected;  // without excerpts
  };
  const Case cases[] = {
      {"- {name: two, values: [x]}",
       "exception 'two' has no 'fields' [bad-exception]"},
      {"- {name: one, fields: a.b, values: [x]}",
       "exception 'one' exists already: only values can be appended to it "
       "[bad-exception]"},
      {"- {name: one, comps: in, values: [x]}",
       "exception 'one' exists already: only values can be appended to it "
       "[bad-exception]"},
      {"- {name: two, fields: [a.b], comps: in, values: [x]}",
       "'comps' must be a list, as 'fields' is [bad-exception]"},
      {"- {name: two, fields: a.b, comps: [in], values: [x]}",
       "'comps' must be one operator, as 'fields' is one field "
       "[bad-exception]"},
      {"- {name: two, fields: [a.b, c.d], comps: [in], values: [x]}",
       "'comps' has 1 operators for 2 fields [bad-exception]"},
      {"- {name: two, fields: a.b}",
       "exception 'two' has no values, so it changes nothing "
       "[exception-without-values]"},
      {"- {name: one}",
       "exception 'one' has no values, so it changes nothing "
       "[exception-without-values]"},
      {"- {name: two, fields: a.b, values: [x]}\n"
       "  - {name: two, fields: a.b, values: [x]}",
       "this rule has two exceptions 'two'; both apply [duplicate-exception]"},
  };
  for (const Case& c : cases) {
    const std::string diagnostics =
        Read({base, "- rule: r\n  exceptions:\n  " + c.exceptions +
                        "\n  override: {exceptions: append}\n"})
            .diagnostics;
    EXPECT_NE(diagnostics.find(c.expected), std::string::npos)
        << c.exceptions << "\n"
        << diagnostics;
  }
}

TEST(RuleCollectionTest, AnExceptionWithoutValuesIsAHoleToFill) {
  EXPECT_EQ(Read({Rule("r", "  exceptions:\n  - {name: one, fields: a.b}\n")})
                .diagnostics,
            "");
}

TEST(RuleCollectionTest, LimitsBytesOfAllFiles) {
  ReadLimits limits;
  const std::string text = "- list: l\n  items: []\n";
  limits.max_bytes = 2 * text.size();
  EXPECT_EQ(Read({text, text}, limits).diagnostics, "");
  EXPECT_EQ(
      Read({text, text, " "}, limits).diagnostics,
      absl::StrCat("2.yaml:1:1: error: all files together have more than ",
                   limits.max_bytes, " bytes [limit-exceeded]\n   \n  ^\n"));
}

TEST(RuleCollectionTest, LimitsItemsAndRules) {
  ReadLimits limits;
  limits.max_items = 2;
  const std::string list = "- list: l\n  items: []\n";
  EXPECT_EQ(Read({list, list}, limits).diagnostics, "");
  EXPECT_EQ(Read({list, list, list, list}, limits).diagnostics,
            "2.yaml:1:3: error: all files together have more than 2 items "
            "[limit-exceeded]\n  - list: l\n    ^~~~~~~\n");
  limits.max_items = 10;
  limits.max_rules = 1;
  EXPECT_EQ(Read({Rule("a") + Rule("a")}, limits).diagnostics, "");
  EXPECT_EQ(Read({Rule("a") + Rule("b")}, limits).diagnostics,
            "0.yaml:6:3: error: all files together have more than 1 rules "
            "[limit-exceeded]\n  - rule: b\n    ^~~~~~~\n");
}

}  // namespace
}  // namespace eyrie::rules

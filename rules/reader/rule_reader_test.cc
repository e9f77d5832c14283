// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/rule_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

struct Result {
  RuleDocument document;
  std::string diagnostics;
};

Result Read(std::string text, const ReadLimits& limits = {}) {
  Diagnostics diagnostics;
  Result result;
  result.document =
      ReadRuleDocument(std::make_shared<SourceFile>("a.yaml", std::move(text)),
                       limits, diagnostics);
  result.diagnostics = diagnostics.ToString();
  return result;
}

TEST(RuleReaderTest, ReadsEveryKeyOfARule) {
  const Result result = Read(R"(
- rule: Name
  desc: text
  condition: >
    proc.name = a
  output: " out "
  priority: INFO
  source: syscall
  enabled: no
  tags: [x, y]
  warn_evttypes: false
  skip-if-unknown-filter: true
  capture: true
  capture_duration: 100
  exceptions:
    - name: e
      fields: [proc.name, fd.name]
      comps: [=, in]
      values:
        - [a, [b, c]]
        - [d, e]
    - name: hole
      fields: proc.name
)");
  EXPECT_EQ(result.diagnostics, "");
  ASSERT_EQ(result.document.items.size(), 1u);
  const auto& rule = std::get<RawRule>(result.document.items[0]);
  EXPECT_EQ(rule.name.text(), "Name");
  EXPECT_EQ(rule.description->text(), "text");
  EXPECT_EQ(rule.condition->text(), "proc.name = a");
  EXPECT_EQ(rule.output->text(), "out");
  EXPECT_EQ(rule.priority->text(), "INFO");
  EXPECT_EQ(rule.source->text(), "syscall");
  EXPECT_FALSE(rule.enabled->value);
  ASSERT_EQ(rule.tags->value.size(), 2u);
  EXPECT_EQ(rule.tags->value[1].text(), "y");
  EXPECT_FALSE(rule.warn_evttypes->value);
  EXPECT_TRUE(rule.skip_if_unknown_filter->value);
  EXPECT_TRUE(rule.capture->value);
  EXPECT_EQ(rule.capture_duration_ms->value, 100);
  ASSERT_EQ(rule.exceptions->value.size(), 2u);
  const RawException& exception = rule.exceptions->value[0];
  EXPECT_EQ(exception.name.text(), "e");
  EXPECT_EQ(exception.fields->items[1].text.text(), "fd.name");
  EXPECT_EQ(exception.comps->items[0].text.text(), "=");
  ASSERT_EQ(exception.values->size(), 2u);
  EXPECT_EQ((*exception.values)[0].items[1].items[1].text.text(), "c");
  EXPECT_FALSE(rule.exceptions->value[1].values);
  EXPECT_FALSE(rule.exceptions->value[1].fields->is_list);
}

TEST(RuleReaderTest, ReadsOtherItems) {
  const Result result = Read(R"(
- required_engine_version: 0.57.0
- required_plugin_versions:
    - name: container
      version: 0.4.0
      alternatives: [{name: json, version: 0.1.0}]
- list: l
  items: [a, 1, 'b c', ""]
- macro: m
  condition: "a or b"
  override: {condition: append}
- ~
)");
  EXPECT_EQ(result.diagnostics, "");
  ASSERT_EQ(result.document.items.size(), 4u);
  EXPECT_EQ(
      std::get<RequiredEngineVersion>(result.document.items[0]).version.text(),
      "0.57.0");
  const auto& plugin = std::get<RequiredPlugin>(result.document.items[1]);
  ASSERT_EQ(plugin.alternatives.size(), 2u);
  EXPECT_EQ(plugin.alternatives[1].name.text(), "json");
  const auto& list = std::get<RawList>(result.document.items[2]);
  ASSERT_EQ(list.items.size(), 4u);
  EXPECT_EQ(list.items[1].text(), "1");
  const auto& macro = std::get<RawMacro>(result.document.items[3]);
  EXPECT_EQ(macro.condition.text(), "a or b");
  ASSERT_EQ(macro.update.overrides.size(), 1u);
  EXPECT_EQ(macro.update.overrides[0].key, "condition");
  EXPECT_EQ(macro.update.overrides[0].kind, OverrideKind::kAppend);
}

TEST(RuleReaderTest, ReadsBooleansAsYamlDoes) {
  struct Case {
    const char* text;
    bool value;
  };
  for (const Case& c :
       {Case{"true", true}, Case{"True", true}, Case{"YES", true},
        Case{"on", true}, Case{"y", true}, Case{"false", false},
        Case{"No", false}, Case{"OFF", false}, Case{"\"false\"", false}}) {
    const Result result =
        Read(std::string("- rule: r\n  enabled: ") + c.text + "\n");
    EXPECT_EQ(result.diagnostics, "") << c.text;
    EXPECT_EQ(std::get<RawRule>(result.document.items[0]).enabled->value,
              c.value)
        << c.text;
  }
}

TEST(RuleReaderTest, SaysWhatIsWrong) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"a: b\n",
       "a.yaml:1:1: error: a rule file must be a list of items [wrong-type]\n"
       "  a: b\n"
       "  ^~~~\n"
       "  hint: begin each item with '- rule:', '- macro:' or '- list:'\n"},
      {"- text\n",
       "a.yaml:1:3: error: an item must be a map such as 'rule: name' "
       "[wrong-type]\n"
       "  - text\n"
       "    ^~~~\n"},
      {"- rules: x\n",
       "a.yaml:1:3: warning: this item is no rule, macro or list; it is "
       "ignored [unknown-item]\n"
       "  - rules: x\n"
       "    ^~~~~\n"
       "  hint: did you mean 'rule'?\n"},
      {"- list: l\n  items: []\n  itmes: []\n",
       "a.yaml:3:3: warning: a list has no key 'itmes'; it is ignored "
       "[unknown-key]\n"
       "    itmes: []\n"
       "    ^~~~~\n"
       "  hint: did you mean 'items'?\n"},
      {"- macro: m\n",
       "a.yaml:1:3: error: this macro has no 'condition' [missing-key]\n"
       "  - macro: m\n"
       "    ^~~~~~~~\n"},
      {"- list: l\n",
       "a.yaml:1:3: error: this list has no 'items' [missing-key]\n"
       "  - list: l\n"
       "    ^~~~~~~\n"
       "  hint: an empty list is written 'items: []'\n"},
      {"- list: l\n  items: a\n",
       "a.yaml:2:10: error: 'items' must be a list [wrong-type]\n"
       "    items: a\n"
       "           ^\n"},
      {"- list: l\n  items: [a, [b]]\n",
       "a.yaml:2:14: error: 'items' must hold texts only [wrong-type]\n"
       "    items: [a, [b]]\n"
       "               ^~\n"},
      {"- macro: m\n  condition: ''\n",
       "a.yaml:2:14: error: 'condition' is empty [empty-value]\n"
       "    condition: ''\n"
       "               ^~\n"},
      {"- macro: m\n  condition: '  '\n",
       "a.yaml:2:14: error: 'condition' is empty [empty-value]\n"
       "    condition: '  '\n"
       "               ^~~~\n"},
      {"- macro: m\n  condition: [a]\n",
       "a.yaml:2:14: error: 'condition' must be a text [wrong-type]\n"
       "    condition: [a]\n"
       "               ^~\n"},
      {"- rule: r\n  enabled: maybe\n",
       "a.yaml:2:12: error: 'enabled' must be true or false [wrong-type]\n"
       "    enabled: maybe\n"
       "             ^~~~~\n"},
      {"- rule: r\n  enabled: tRUE\n",
       "a.yaml:2:12: error: 'enabled' must be true or false [wrong-type]\n"
       "    enabled: tRUE\n"
       "             ^~~~\n"},
      {"- rule: r\n  capture_duration: -1\n",
       "a.yaml:2:21: error: 'capture_duration' must be a number, zero or more "
       "[wrong-type]\n"
       "    capture_duration: -1\n"
       "                      ^~\n"},
      {"- macro: m\n  condition: a\n  override: append\n",
       "a.yaml:3:13: error: 'override' must be a map such as 'items: append' "
       "[wrong-type]\n"
       "    override: append\n"
       "              ^~~~~~\n"},
      {"- macro: m\n  condition: a\n  override: {condition: add}\n",
       "a.yaml:3:25: error: a key can be overridden by 'append' or 'replace', "
       "not 'add' [bad-override]\n"
       "    override: {condition: add}\n"
       "                          ^~~\n"},
      {"- macro: m\n  condition: a\n  append: true\n"
       "  override: {condition: append}\n",
       "a.yaml:4:13: error: 'append' and 'override' exclude each other "
       "[bad-override]\n"
       "    override: {condition: append}\n"
       "              ^~~~~~~~~~~~~~~~~~\n"
       "  hint: delete 'append'\n"},
      {"- rule: r\n  exceptions: e\n",
       "a.yaml:2:15: error: 'exceptions' must be a list [wrong-type]\n"
       "    exceptions: e\n"
       "                ^\n"},
      {"- rule: r\n  exceptions: [e]\n",
       "a.yaml:2:16: error: an exception must be a map with name, fields and "
       "values [wrong-type]\n"
       "    exceptions: [e]\n"
       "                 ^\n"},
      {"- rule: r\n  exceptions:\n  - fields: a.b\n",
       "a.yaml:3:5: error: this exception has no 'name' [missing-key]\n"
       "    - fields: a.b\n"
       "      ^~~~~~~~~~~\n"},
      {"- rule: r\n  exceptions:\n  - {name: e, fields: []}\n",
       "a.yaml:3:23: error: 'fields' holds nothing [empty-value]\n"
       "    - {name: e, fields: []}\n"
       "                        ^\n"},
      {"- rule: r\n  exceptions:\n  - {name: e, fields: a.b, values: c}\n",
       "a.yaml:3:36: error: 'values' must be a list [wrong-type]\n"
       "    - {name: e, fields: a.b, values: c}\n"
       "                                     ^\n"},
      {"- rule: r\n  exceptions:\n  - {name: e, fields: [[a.b]]}\n",
       "a.yaml:3:24: error: 'fields' must hold texts [wrong-type]\n"
       "    - {name: e, fields: [[a.b]]}\n"
       "                         ^~~~\n"},
      {"- required_plugin_versions: [{name: json}]\n",
       "a.yaml:1:30: error: this plugin version has no 'version' "
       "[missing-key]\n"
       "  - required_plugin_versions: [{name: json}]\n"
       "                               ^~~~~~~~~~~\n"},
      {"- required_plugin_versions: json\n",
       "a.yaml:1:29: error: 'required_plugin_versions' must be a list "
       "[wrong-type]\n"
       "  - required_plugin_versions: json\n"
       "                              ^~~~\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.text).diagnostics, c.expected);
}

TEST(RuleReaderTest, ItemsWithMistakesDoNotHideOthers) {
  const Result result = Read(
      "- macro: m\n"
      "- macro: n\n  condition: a\n"
      "- list: l\n");
  EXPECT_EQ(result.document.items.size(), 1u);
  EXPECT_NE(result.diagnostics.find("a.yaml:1:3"), std::string::npos);
  EXPECT_NE(result.diagnostics.find("a.yaml:4:3"), std::string::npos);
}

TEST(RuleReaderTest, LimitsItems) {
  ReadLimits limits;
  limits.max_items = 2;
  const std::string two = "- list: a\n  items: []\n- list: b\n  items: []\n";
  EXPECT_EQ(Read(two, limits).diagnostics, "");
  const Result result =
      Read(two + "- list: c\n  items: []\n- list: d\n  items: []\n", limits);
  EXPECT_EQ(result.document.items.size(), 2u);
  EXPECT_EQ(result.diagnostics,
            "a.yaml:5:3: error: more than 2 items in one file "
            "[limit-exceeded]\n"
            "  - list: c\n"
            "    ^~~~~~~\n");
}

}  // namespace
}  // namespace eyrie::rules

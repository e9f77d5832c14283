// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/json_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/engine.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/json/testing/read_json_field.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MakeJsonEvent;

std::string RuleText(const std::string& name, const std::string& source,
                     const std::string& condition,
                     const std::string& more = "") {
  return absl::StrCat("- rule: ", name, "\n  desc: d\n  source: ", source,
                      "\n  condition: ", condition,
                      "\n  output: o %evt.source\n  priority: NOTICE\n", more);
}

std::shared_ptr<const RuleSet> Load(const std::string& text,
                                    Diagnostics& diagnostics,
                                    const LoadOptions& options = {}) {
  return LoadRules({std::make_shared<const SourceFile>("rules.yaml", text)},
                   options, diagnostics);
}

std::shared_ptr<const RuleSet> Load(const std::string& text) {
  Diagnostics diagnostics;
  auto rules = Load(text, diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  return rules;
}

// Names of the rules that hold for `event`.
template <typename AnyEvent>
std::vector<std::string> Matches(const RuleSet& rules, const AnyEvent& event) {
  const std::unique_ptr<EvaluationState> state = rules.NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  rules.Match(event, *state, matches);
  std::vector<std::string> names;
  for (const uint32_t match : matches) {
    names.push_back(rules.rules()[match].name);
  }
  return names;
}

JsonEvent EventOf(absl::string_view source, absl::string_view document) {
  JsonEvent event = MakeJsonEvent(document);
  event.source = source;
  return event;
}

TEST(JsonRulesTest, KeepsSourcesApart) {
  const auto rules =
      Load(RuleText("kernel", "syscall", "evt.type = openat") +
           RuleText("audit", "k8s_audit", "ka.verb = get") +
           RuleText("numbered kernel", "syscall",
                    "evt.type = openat and evt.num >= 1") +
           RuleText("numbered audit", "k8s_audit", "evt.num >= 1"));
  ASSERT_NE(rules, nullptr);
  testing::EventBuilder open("openat");
  open.Result(3);
  EXPECT_THAT(Matches(*rules, open.Build()),
              ElementsAre("kernel", "numbered kernel"));
  EXPECT_THAT(Matches(*rules, EventOf("k8s_audit", R"({"verb":"get"})")),
              ElementsAre("audit", "numbered audit"));
  EXPECT_THAT(Matches(*rules, EventOf("k8s_audit", R"({"verb":"list"})")),
              ElementsAre("numbered audit"));
  EXPECT_THAT(Matches(*rules, EventOf("elsewhere", R"({"verb":"get"})")),
              IsEmpty());
  EXPECT_EQ(rules->event_types().size(), 1u);
  EXPECT_THAT(rules->FindRule("audit")->event_types, IsEmpty());
}

TEST(JsonRulesTest, NoRulesMatchNothing) {
  const auto rules = Load(RuleText("kernel", "syscall", "evt.type = openat"));
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Matches(*rules, EventOf("k8s_audit", R"({"verb":"get"})")),
              IsEmpty());
}

TEST(JsonRulesTest, AMacroMeansWhatTheSourceSays) {
  const auto rules =
      Load("- macro: first\n  condition: evt.source = k8s_audit\n" +
           RuleText("audit", "k8s_audit", "first") +
           RuleText("kernel", "syscall", "evt.type = openat and not first"));
  ASSERT_NE(rules, nullptr);
  testing::EventBuilder open("openat");
  EXPECT_THAT(Matches(*rules, open.Build()), ElementsAre("kernel"));
  EXPECT_THAT(Matches(*rules, EventOf("k8s_audit", "{}")),
              ElementsAre("audit"));
}

TEST(JsonRulesTest, LeavesOutDisabledRules) {
  const std::string text =
      RuleText("a", "k8s_audit", "ka.verb exists", "  enabled: false\n") +
      RuleText("b", "k8s_audit", "ka.verb exists") +
      RuleText("c", "k8s_audit", "ka.verb exists") +
      RuleText("never", "k8s_audit", "evt.num = 0 and ka.verb exists");
  LoadOptions options;
  options.disabled_rules = {"b"};
  Diagnostics diagnostics;
  const auto rules = Load(text, diagnostics, options);
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Matches(*rules, EventOf("k8s_audit", R"({"verb":"get"})")),
              ElementsAre("c"));
}

TEST(JsonRulesTest, TakesFieldsOfItsSourceOnly) {
  Diagnostics diagnostics;
  EXPECT_EQ(Load(RuleText("r", "k8s_audit", "proc.name = x"), diagnostics),
            nullptr);
  EXPECT_EQ(Load(RuleText("r", "syscall", "ka.verb = x"), diagnostics),
            nullptr);
  EXPECT_EQ(Load("- rule: r\n  desc: d\n  source: k8s_audit\n"
                 "  condition: ka.verb = x\n  output: \"%proc.name\"\n"
                 "  priority: NOTICE\n",
                 diagnostics),
            nullptr);
  ASSERT_EQ(diagnostics.errors(), 3u) << diagnostics.ToString();
  for (const Diagnostic& entry : diagnostics.entries()) {
    EXPECT_EQ(entry.code, "unknown-field") << FormatDiagnostic(entry);
  }
  // A typing error is answered from the source's own fields.
  Diagnostics typing;
  Load(RuleText("r", "k8s_audit", "ka.verbs = x"), typing);
  EXPECT_EQ(typing.entries().at(0).hint, "did you mean `ka.verb`?");
}

TEST(JsonRulesTest, NotesFieldsWithoutAValue) {
  Diagnostics diagnostics;
  const auto rules =
      Load(RuleText("r", "k8s_audit", "evt.reltime > 5"), diagnostics);
  ASSERT_NE(rules, nullptr);
  ASSERT_EQ(diagnostics.entries().size(), 1u) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.entries()[0].code, "field-unavailable");
  EXPECT_THAT(Matches(*rules, EventOf("k8s_audit", "{}")), IsEmpty());
}

TEST(JsonRulesTest, ListsComparedAsTheLanguageSays) {
  const auto matches = [](const std::string& condition,
                          const std::string& groups) {
    const auto rules = Load(RuleText("r", "k8s_audit", condition));
    return rules != nullptr &&
           !Matches(*rules,
                    EventOf("k8s_audit", absl::StrCat(R"({"user":{"groups":)",
                                                      groups, "}}")))
                .empty();
  };
  const std::string in = "ka.user.groups in (a, b)";
  const std::string intersects = "ka.user.groups intersects (a, b)";
  EXPECT_TRUE(matches(in, R"(["a","b"])"));
  EXPECT_FALSE(matches(in, R"(["a","c"])"));
  EXPECT_FALSE(matches(in, "[]"));
  EXPECT_TRUE(matches(intersects, R"(["a","c"])"));
  EXPECT_FALSE(matches(intersects, R"(["c"])"));
  EXPECT_FALSE(matches(intersects, "[]"));
  EXPECT_TRUE(matches("not ka.user.groups exists", "[]"));
  EXPECT_TRUE(matches("ka.user.groups exists", R"(["a"])"));
  EXPECT_TRUE(matches("len(ka.user.groups) = 2", R"(["a","a"])"));
}

TEST(JsonRulesTest, NumbersInTextsCompareAsNumbers) {
  const auto rules =
      Load(RuleText("r", "k8s_audit", "ka.response.code >= 400"));
  ASSERT_NE(rules, nullptr);
  for (const auto& [code, fires] :
       {std::pair("403", true), std::pair("200", false),
        std::pair("1000", true), std::pair("99", false)}) {
    const JsonEvent event = EventOf(
        "k8s_audit", absl::StrCat(R"({"responseStatus":{"code":)", code, "}}"));
    EXPECT_EQ(!Matches(*rules, event).empty(), fires) << code;
  }
}

TEST(JsonRulesTest, OutputsAreFilledIn) {
  const auto rules = Load(
      "- rule: r\n  desc: d\n  source: k8s_audit\n  condition: ka.verb = get\n"
      "  output: \"user=%ka.user.name groups=%ka.user.groups "
      "v=%jevt.value[/verb] n=%evt.num s=%evt.source u=%toupper(ka.verb).\"\n"
      "  priority: NOTICE\n");
  ASSERT_NE(rules, nullptr);
  const FormattedOutput output = rules->rules()[0].output.Format(
      EventOf("k8s_audit", R"({"verb":"get","user":{"groups":["a","b"]}})"));
  EXPECT_EQ(output.text, "user=<NA> groups=(a,b) v=get n=1 s=k8s_audit u=GET.");
  ASSERT_EQ(output.fields.size(), 6u);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(output.fields[0].value));
  EXPECT_EQ(std::get<uint64_t>(output.fields[3].value), 1u);
}

}  // namespace
}  // namespace eyrie::rules

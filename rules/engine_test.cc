// SPDX-License-Identifier: Apache-2.0

#include "rules/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"

#include "proto/event_catalog.h"
#include "rules/fields/testing/event_builder.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;

std::shared_ptr<const RuleSet> Load(const std::string& yaml,
                                    Diagnostics& diagnostics,
                                    const LoadOptions& options = {}) {
  return LoadRules({std::make_shared<const SourceFile>("rules.yaml", yaml)},
                   options, diagnostics);
}

// A rule of that name and condition.
std::string RuleText(const std::string& name, const std::string& condition) {
  return "- rule: " + name + "\n  desc: d\n  condition: " + condition +
         "\n  output: o\n  priority: WARNING\n";
}

std::vector<std::string> Matches(const RuleSet& rules, const Event& event,
                                 bool possible = false) {
  const std::unique_ptr<EvaluationState> state = rules.NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  if (possible) {
    rules.MatchPossible(event, *state, matches);
  } else {
    rules.Match(event, *state, matches);
  }
  std::vector<std::string> names;
  for (const uint32_t match : matches)
    names.push_back(rules.rules()[match].name);
  return names;
}

using Names = std::vector<std::string>;

TEST(EngineTest, CompatChangesVerdictsAndNotWhatNodesSend) {
  const std::string text =
      RuleText("denied", "evt.type = openat and not k8s.ns.name = a") +
      RuleText("second", "evt.type = openat");
  EventBuilder builder("openat");
  builder.Container(std::string(64, 'a'));
  Diagnostics diagnostics;
  LoadOptions options;
  const auto ours = Load(text, diagnostics, options);
  ASSERT_NE(ours, nullptr) << diagnostics.ToString();
  EXPECT_EQ(Matches(*ours, builder.Build()), Names({"second"}));
  options.compat = Compat::All();
  const auto reference = Load(text, diagnostics, options);
  ASSERT_NE(reference, nullptr) << diagnostics.ToString();
  EXPECT_EQ(Matches(*reference, builder.Build()), Names({"denied"}));
  // What a node does not know is not absent: the centre may know it.
  for (const auto& rules : {ours, reference}) {
    EXPECT_EQ(Matches(*rules, builder.Build(), /*possible=*/true),
              Names({"denied", "second"}));
  }
}

TEST(EngineTest, EveryMatchingRuleIsReportedInOrder) {
  Diagnostics diagnostics;
  const auto rules =
      Load(RuleText("broad", "evt.type = openat and proc.name exists") +
               RuleText("narrow",
                        "evt.type in (open, openat) and "
                        "fd.name = /etc/shadow") +
               RuleText("other", "evt.type = connect") +
               RuleText("never", "evt.type = openat and evt.num = 0"),
           diagnostics);
  ASSERT_NE(rules, nullptr) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.ToString(), "");
  EventBuilder shadow("openat");
  shadow.Command({"cat", "/etc/shadow"}).Result(5).Set("name", "/etc/shadow");
  EXPECT_EQ(Matches(*rules, shadow.Build()), Names({"broad", "narrow"}));
  EventBuilder connect("connect");
  EXPECT_EQ(Matches(*rules, connect.Build()), Names({"other"}));
  EventBuilder rename("rename");
  EXPECT_EQ(Matches(*rules, rename.Build()), Names());

  EXPECT_EQ(rules->rules().size(), 4u);
  ASSERT_NE(rules->FindRule("narrow"), nullptr);
  EXPECT_EQ(rules->FindRule("narrow")->event_types,
            (std::vector<uint16_t>{EYRIE_EVENT_open, EYRIE_EVENT_openat}));
  EXPECT_EQ(rules->FindRule("absent"), nullptr);
  EXPECT_EQ(std::vector<uint16_t>(rules->event_types().begin(),
                                  rules->event_types().end()),
            (std::vector<uint16_t>{EYRIE_EVENT_open, EYRIE_EVENT_openat,
                                   EYRIE_EVENT_connect}));
}

TEST(EngineTest, StateServesOneEventAfterAnother) {
  Diagnostics diagnostics;
  const auto rules =
      Load(RuleText("shadow", "evt.type = openat and fd.name = /etc/shadow"),
           diagnostics);
  ASSERT_NE(rules, nullptr) << diagnostics.ToString();
  EventBuilder shadow("openat"), hosts("openat");
  shadow.Set("name", "/etc/shadow");
  hosts.Set("name", "/etc/hosts");
  const std::unique_ptr<EvaluationState> state = rules->NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  for (int i = 0; i < 3; ++i) {
    rules->Match(shadow.Build(), *state, matches);
    EXPECT_EQ(matches.size(), 1u);
    rules->Match(hosts.Build(), *state, matches);
    EXPECT_EQ(matches.size(), 0u);
  }
}

TEST(EngineTest, UnknownIsNoMatchButPossible) {
  Diagnostics diagnostics;
  const auto rules =
      Load(RuleText("deployment",
                    "evt.type = openat and "
                    "k8s.deployment.name = web") +
               RuleText("negated",
                        "evt.type = openat and "
                        "not k8s.deployment.name = web") +
               RuleText("sure", "evt.type = openat") +
               RuleText("false",
                        "evt.type = openat and proc.name = nobody and "
                        "k8s.deployment.name = web"),
           diagnostics);
  ASSERT_NE(rules, nullptr) << diagnostics.ToString();
  EventBuilder event("openat");
  event.OnNode().Container(std::string(64, 'a'));
  EXPECT_EQ(Matches(*rules, event.Build()), Names({"sure"}));
  EXPECT_EQ(Matches(*rules, event.Build(), /*possible=*/true),
            Names({"deployment", "negated", "sure"}));
}

TEST(EngineTest, OptionsSwitchRulesOffAndOn) {
  const std::string yaml = RuleText("one", "evt.type = openat") +
                           RuleText("two", "evt.type = openat") +
                           "  enabled: false\n" +
                           RuleText("three", "evt.type = bind");
  LoadOptions options;
  options.enabled_rules = {"two"};
  options.disabled_rules = {"one", "three", "no such rule"};
  Diagnostics diagnostics;
  const auto rules = Load(yaml, diagnostics, options);
  ASSERT_NE(rules, nullptr) << diagnostics.ToString();
  EventBuilder event("openat");
  EXPECT_EQ(Matches(*rules, event.Build()), Names({"two"}));
  EXPECT_EQ(rules->event_types().size(), 1u);
  EXPECT_FALSE(rules->FindRule("one")->enabled);
  // What it could match is known of a disabled rule, too.
  EXPECT_EQ(rules->FindRule("three")->event_types.size(), 1u);
}

TEST(EngineTest, NotesWhatHasNoValueYet) {
  Diagnostics diagnostics;
  ASSERT_NE(Load(RuleText("r",
                          "evt.type = openat and "
                          "fdlist.names = a"),
                 diagnostics),
            nullptr);
  ASSERT_EQ(diagnostics.entries().size(), 1u);
  EXPECT_EQ(diagnostics.entries()[0].severity, Severity::kNote);
  EXPECT_EQ(diagnostics.entries()[0].code, "field-unavailable");
  EXPECT_EQ(diagnostics.entries()[0].message.substr(0, 57),
            "rule `r` uses what is not available yet: `fdlist.names`, ");
}

struct WarningCase {
  const char* condition;
  const char* warning;
};

TEST(EngineTest, WarnsWhatARuleMisses) {
  const WarningCase cases[] = {
      {"evt.type = openat and proc.name = a", ""},
      {"proc.name = a",
       "rules.yaml:1:3: warning: rule `r` can match events of any type, which "
       "costs time [no-event-type]"},
      {"evt.type in (exit_group, openat)",
       "rules.yaml:1:3: warning: rule `r` misses events that the sensor does "
       "not report yet: `exit_group` [event-type-unavailable]"},
      {"evt.type in (exit_group, drop) and proc.name = a",
       "rules.yaml:1:3: warning: rule `r` can match only events that the "
       "sensor does not report yet: `drop`, `exit_group` "
       "[event-type-unavailable]"},
      // It cannot decide: no event has the number 0.
      {"evt.type = openat and evt.num = 0 and fdlist.names = a", ""},
  };
  for (const WarningCase& test : cases) {
    Diagnostics diagnostics;
    ASSERT_NE(Load(RuleText("r", test.condition), diagnostics), nullptr)
        << diagnostics.ToString();
    const std::string text = diagnostics.ToString();
    EXPECT_EQ(text.substr(0, text.find('\n')), test.warning) << test.condition;
  }
}

TEST(EngineTest, WarnEvttypesFalseSilencesTheWarning) {
  Diagnostics diagnostics;
  EXPECT_NE(Load(RuleText("r", "proc.name = a") + "  warn_evttypes: false\n",
                 diagnostics),
            nullptr);
  EXPECT_EQ(diagnostics.ToString(), "");
}

TEST(EngineTest, MistakesInAllRulesAreReported) {
  Diagnostics diagnostics;
  EXPECT_EQ(Load(RuleText("one", "evt.type = openat and proc.nam = a") +
                     RuleText("two", "evt.type = opennat"),
                 diagnostics),
            nullptr);
  EXPECT_EQ(diagnostics.errors(), 2u) << diagnostics.ToString();
}

TEST(EngineTest, OneRunShowsTheMistakesOfEveryStage) {
  Diagnostics diagnostics;
  EXPECT_EQ(
      Load("- macro: spawned\n"
           "  condition: evt.type = execve and proc.nme = a and shels\n"
           "- list: shells\n"
           "  items: [sh]\n" +
               RuleText("unresolved",
                        "spawnd and proc.pnme = b and proc.pid = x") +
               RuleText("by macro", "spawned and proc.name in (shells)") +
               "- rule: by output\n  desc: d\n  condition: evt.type = opne\n"
               "  output: by %proc.nam and %\n  priority: HIGH\n",
           diagnostics),
      nullptr);
  std::vector<std::string> found;
  for (const Diagnostic& entry : diagnostics.entries()) {
    EXPECT_NE(FormatExcerpt(entry.range).find('^'), std::string::npos)
        << FormatDiagnostic(entry);
    found.push_back(absl::StrCat(entry.range.file->At(entry.range.begin).line,
                                 " ", entry.code, " ",
                                 entry.hint.substr(0, 30)));
  }
  EXPECT_THAT(
      found, ::testing::UnorderedElementsAre(
                 "2 unknown-field did you mean `proc.name`?",
                 "2 unknown-macro ", "7 unknown-macro did you mean 'spawned'?",
                 "7 unknown-field did you mean `proc.pname`?", "7 bad-literal ",
                 "17 unknown-event-type did you mean `open`?",
                 "18 unknown-field did you mean `proc.name`?",
                 "18 stray-percent an output has fields like `%pr",
                 "19 bad-priority priorities: EMERGENCY ALERT CR"))
      << diagnostics.ToString();
}

TEST(EngineTest, SkipIfUnknownFilterSkipsTheRuleOnly) {
  Diagnostics diagnostics;
  const auto rules =
      Load(RuleText("one", "evt.type = openat and proc.nosuch = a") +
               "  skip-if-unknown-filter: true\n" +
               RuleText("two", "evt.type = openat"),
           diagnostics);
  ASSERT_NE(rules, nullptr) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.warnings(), 1u) << diagnostics.ToString();
  ASSERT_EQ(rules->rules().size(), 1u);
  EXPECT_EQ(rules->rules()[0].name, "two");
}

TEST(EngineTest, LoadConditionMakesAFilter) {
  Diagnostics diagnostics;
  const auto filter = LoadCondition("proc.name = cat", diagnostics);
  ASSERT_NE(filter, nullptr) << diagnostics.ToString();
  EXPECT_EQ(diagnostics.ToString(), "");
  EventBuilder cat("openat"), dog("connect");
  cat.Comm("cat");
  dog.Comm("dog");
  EXPECT_EQ(Matches(*filter, cat.Build()), Names({"condition"}));
  EXPECT_EQ(Matches(*filter, dog.Build()), Names());
  EXPECT_TRUE(filter->rules()[0].matches_all_types);

  EXPECT_EQ(LoadCondition("proc.name =", diagnostics), nullptr);
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(EngineTest, LimitsAreKept) {
  const std::string yaml = RuleText("one", "evt.type = openat") +
                           RuleText("two", "evt.type = openat");
  LoadOptions options;
  options.limits.max_rules = 1;
  Diagnostics rules;
  EXPECT_EQ(Load(yaml, rules, options), nullptr);
  options = {};
  options.limits.max_bytes = 10;
  Diagnostics bytes;
  EXPECT_EQ(Load(yaml, bytes, options), nullptr);
  options = {};
  options.limits.max_condition_nodes = 3;
  Diagnostics nodes;
  EXPECT_EQ(Load(RuleText("r",
                          "evt.type = openat and (proc.name = a or "
                          "proc.name = b)"),
                 nodes, options),
            nullptr);
  options = {};
  options.limits.max_regex_bytes = 1 << 12;
  Diagnostics regex;
  EXPECT_EQ(Load(RuleText("r",
                          "evt.type = openat and "
                          "proc.name regex \"[^a]{900}\""),
                 regex, options),
            nullptr);
  for (const Diagnostics* diagnostics : {&rules, &bytes, &nodes}) {
    EXPECT_EQ(diagnostics->entries().at(0).code, "limit-exceeded")
        << diagnostics->ToString();
  }
}

// The rules as their project publishes them are no part of this repository.
TEST(EngineTest, OfficialRulesLoad) {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  std::ifstream file(std::string(shared == nullptr ? "" : shared) +
                     "/data/rules/falco_rules.yaml");
  if (!file.good()) {
    std::cout << "EYRIE_NO_SHARED: data/rules/falco_rules.yaml\n";
    GTEST_SKIP();
  }
  std::stringstream text;
  text << file.rdbuf();
  Diagnostics diagnostics;
  const auto rules = Load(text.str(), diagnostics);
  std::cout << diagnostics.ToString();
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(diagnostics.errors(), 0u);
  EXPECT_GE(rules->rules().size(), 20u);
  for (const Diagnostic& entry : diagnostics.entries()) {
    if (entry.code == "na-is-a-value") continue;  // about what a rule says
    // Only rules that need events of later sensor work may warn; each names
    // what it misses.
    EXPECT_EQ(entry.code, entry.severity == Severity::kWarning
                              ? "event-type-unavailable"
                              : "field-unavailable")
        << FormatDiagnostic(entry);
    EXPECT_NE(entry.message.find(": `"), std::string::npos)
        << FormatDiagnostic(entry);
  }
}

}  // namespace
}  // namespace eyrie::rules

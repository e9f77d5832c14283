// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/fixture_judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "rules/engine.h"
#include "rules/sources/built_in_sources.h"

namespace eyrie::rules::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kRules[] = R"(
- rule: opened
  desc: d
  condition: evt.type = openat
  output: opened %evt.type
  priority: NOTICE
- rule: exec
  desc: d
  source: k8s_audit
  condition: ka.target.subresource = exec
  output: exec by %ka.user.name at %evt.time.s
  priority: NOTICE
- rule: login
  desc: d
  source: okta
  condition: okta.evt.type = user.session.start
  output: login by %okta.actor.name
  priority: NOTICE
)";

class FixtureJudgementTest : public ::testing::Test {
 protected:
  FixtureJudgementTest() {
    Diagnostics diagnostics;
    rules_ =
        LoadRules({std::make_shared<const SourceFile>("rules.yaml", kRules)},
                  {}, diagnostics);
    EXPECT_EQ(diagnostics.ToString(), "");
  }

  FixtureJudgement Judge(const std::string& fixture) {
    Diagnostics diagnostics;
    const auto read = ReadRuleFixtures(
        std::make_shared<const SourceFile>("x_test.yaml", fixture),
        diagnostics);
    EXPECT_EQ(diagnostics.ToString(), "");
    EXPECT_EQ(read.size(), 1u);
    const auto state = rules_->NewState();
    return JudgeFixture(*rules_, *BuiltInSources(), read.at(0), *state);
  }

  std::shared_ptr<const RuleSet> rules_;
};

TEST_F(FixtureJudgementTest, JudgesEventsOfTheKernel) {
  const FixtureJudgement judgement =
      Judge("- {rule: opened, expect: fires, event: openat}\n");
  EXPECT_THAT(judgement.fired, ElementsAre(0));
  EXPECT_EQ(judgement.output, "opened openat");
}

TEST_F(FixtureJudgementTest, JudgesJsonByTheSourceOfTheRule) {
  const FixtureJudgement exec = Judge(
      "- rule: exec\n  expect: fires\n  json: |\n"
      "    {\"objectRef\": {\"subresource\": \"exec\"},\n"
      "     \"user\": {\"username\": \"eve\"},\n"
      "     \"stageTimestamp\": \"2026-01-02T03:04:05Z\"}\n");
  EXPECT_THAT(exec.fired, ElementsAre(1));
  EXPECT_EQ(exec.output, "exec by eve at 03:04:05");
  const FixtureJudgement login = Judge(
      "- rule: login\n  expect: fires\n"
      "  json: '{\"eventType\": \"user.session.start\"}'\n");
  EXPECT_THAT(login.fired, ElementsAre(2));
  EXPECT_EQ(login.output, "login by <NA>");
  EXPECT_THAT(Judge("- {rule: exec, expect: silent, json: '{}'}\n").fired,
              IsEmpty());
}

TEST_F(FixtureJudgementTest, NothingFiresForAnEventOfAnotherKind) {
  EXPECT_THAT(Judge("- {rule: opened, expect: silent, json: '{}'}\n").fired,
              IsEmpty());
  EXPECT_THAT(Judge("- {rule: nothing, expect: silent, json: '{}'}\n").fired,
              IsEmpty());
  EXPECT_THAT(Judge("- {rule: exec, expect: silent, json: '[{}, {}]'}\n").fired,
              IsEmpty());
  // The kernel's rules judge the event all the same.
  const FixtureJudgement kernel =
      Judge("- {rule: exec, expect: silent, event: openat}\n");
  EXPECT_THAT(kernel.fired, ElementsAre(0));
  EXPECT_EQ(kernel.output, "");
}

}  // namespace
}  // namespace eyrie::rules::testing

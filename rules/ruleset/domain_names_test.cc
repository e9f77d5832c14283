// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/domain_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "rules/engine.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string RuleText(const std::string& name, const std::string& condition) {
  return absl::StrCat("- rule: ", name, "\n  desc: d\n  condition: >\n    ",
                      "evt.type = connect and ", condition,
                      "\n  output: o\n  priority: INFO\n");
}

std::shared_ptr<const RuleSet> Load(const std::string& text,
                                    Diagnostics& diagnostics) {
  return LoadRules({std::make_shared<const SourceFile>("rules.yaml", text)}, {},
                   diagnostics);
}

std::shared_ptr<const RuleSet> Load(const std::string& text) {
  Diagnostics diagnostics;
  auto rules = Load(text, diagnostics);
  EXPECT_NE(rules, nullptr) << diagnostics.ToString();
  return rules;
}

TEST(DomainNamesTest, AreWhatRulesCompareAddressesWith) {
  const std::string text = absl::StrCat(
      "- list: mirrors\n  items: [b.example, a.example]\n"
      "- macro: api\n  condition: (fd.sip.name = \"api.example\")\n",
      RuleText("r1", "api and not fd.cip.name in (mirrors, c.example)"),
      RuleText("r2", "api or fd.lip.name != d.example"),
      RuleText("r3", "fd.rip.name exists and fd.name = e.example"),
      RuleText("r4", "fd.rip.name = \"\""));
  EXPECT_THAT(Load(text)->domain_names(),
              ElementsAre("a.example", "api.example", "b.example", "c.example",
                          "d.example"));
}

TEST(DomainNamesTest, DisabledRulesMentionNone) {
  EXPECT_THAT(
      Load(absl::StrCat(RuleText("r", "fd.sip.name = a"), "  enabled: false\n"))
          ->domain_names(),
      IsEmpty());
}

// Conditions with names from `first` on.
std::string InNames(size_t first, size_t count) {
  std::string list;
  for (size_t i = first; i < first + count; ++i) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", "n", i, ".example");
  }
  return absl::StrCat("fd.sip.name in (", list, ")");
}

TEST(DomainNamesTest, ThereAreAtMostSoMany) {
  const std::string full = RuleText("r1", InNames(0, DomainNames::kMaxNames));
  EXPECT_EQ(Load(full + RuleText("r2", InNames(5, 10)))->domain_names().size(),
            DomainNames::kMaxNames);
  Diagnostics diagnostics;
  EXPECT_EQ(Load(full + RuleText("r2", InNames(DomainNames::kMaxNames, 2)),
                 diagnostics),
            nullptr);
  EXPECT_EQ(diagnostics.errors(), 1u);
  EXPECT_THAT(diagnostics.ToString(),
              HasSubstr("with this rule there are more than 1024 domain "
                        "names"));
}

TEST(DomainNamesTest, AreNotLongerThanDnsAllows) {
  const std::string longest(DomainNames::kMaxNameBytes, 'a');
  EXPECT_THAT(Load(RuleText("r", absl::StrCat("fd.sip.name = ", longest, ".")))
                  ->domain_names(),
              ElementsAre(longest + "."));
  Diagnostics diagnostics;
  EXPECT_EQ(Load(RuleText("r", absl::StrCat("fd.sip.name = ", longest, "a")),
                 diagnostics),
            nullptr);
  EXPECT_THAT(diagnostics.ToString(), HasSubstr("limit-exceeded"));
  EXPECT_THAT(diagnostics.ToString(),
              HasSubstr("no domain has a name of 254 bytes: aaaa"));
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// Tests of the shipped rules, by the cases beside them.

#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/reader/rule_files.h"
#include "rules/ruleset/rule_set.h"
#include "rules/source.h"
#include "rules/sources/built_in_sources.h"
#include "rules/testing/case_files.h"
#include "rules/testing/fixture_judgement.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::rules {
namespace {

using testing::FixtureJudgement;
using testing::JudgeFixture;
using testing::ReadRuleFixtures;
using testing::RuleFixture;

constexpr char kFolder[] = "rules/library";
constexpr size_t kMaxBytes = 1 << 20;

std::shared_ptr<const SourceFile> ReadSource(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::make_shared<SourceFile>(
      path, std::string(std::istreambuf_iterator<char>(file), {}));
}

// "rules/library/file_test.yaml:12 (by cat)".
std::string Describe(const RuleFixture& fixture) {
  return absl::StrCat(fixture.range.file->name(), ":",
                      fixture.range.file->At(fixture.range.begin).line, " (",
                      fixture.rule, ": ", fixture.name, ")");
}

class LibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(files_, ReadRuleFiles({kFolder}, kMaxBytes));
    Diagnostics diagnostics;
    rules_ = LoadRules(files_, LoadOptions(), diagnostics);
    // Warnings, too: what is shipped is an example to others.
    ASSERT_EQ(diagnostics.ToString(), "");
    ASSERT_NE(rules_, nullptr);

    Diagnostics mistakes;
    ASSERT_OK_AND_ASSIGN(const auto case_files,
                         testing::FindCaseFiles({kFolder}));
    for (const std::string& path : case_files) {
      for (RuleFixture& fixture :
           ReadRuleFixtures(ReadSource(path), mistakes)) {
        fixtures_.push_back(std::move(fixture));
      }
    }
    ASSERT_EQ(mistakes.ToString(), "");
    ASSERT_FALSE(fixtures_.empty());
  }

  FixtureJudgement Judge(const RuleFixture& fixture) {
    return JudgeFixture(*rules_, *BuiltInSources(), fixture,
                        *rules_->NewState());
  }

  // Names of the rules that fire on the case's event.
  std::set<std::string> Fired(const RuleFixture& fixture) {
    std::set<std::string> names;
    for (const uint32_t match : Judge(fixture).fired) {
      names.insert(rules_->rules()[match].name);
    }
    return names;
  }

  std::vector<std::shared_ptr<const SourceFile>> files_;
  std::shared_ptr<const RuleSet> rules_;
  std::vector<RuleFixture> fixtures_;
};

TEST_F(LibraryTest, EveryCaseHolds) {
  for (const RuleFixture& fixture : fixtures_) {
    EXPECT_EQ(Fired(fixture).count(fixture.rule) > 0, fixture.fires)
        << Describe(fixture);
  }
}

TEST_F(LibraryTest, EveryCaseIsOfARule) {
  for (const RuleFixture& fixture : fixtures_) {
    EXPECT_NE(rules_->FindRule(fixture.rule), nullptr) << Describe(fixture);
  }
}

TEST_F(LibraryTest, EveryRuleHasACaseThatFiresAndOneThatDoesNot) {
  std::set<std::pair<std::string, bool>> seen;
  for (const RuleFixture& fixture : fixtures_) {
    seen.emplace(fixture.rule, fixture.fires);
  }
  for (const Rule& rule : rules_->rules()) {
    EXPECT_TRUE(seen.count({rule.name, true})) << rule.name << " never fires";
    EXPECT_TRUE(seen.count({rule.name, false})) << rule.name << " always fires";
  }
}

TEST_F(LibraryTest, CasesThatFireAreJudgedByOneRuleEach) {
  // Rules that overlap make two incidents of one deed. A case may fire another
  // rule only where both say something of their own.
  const std::set<std::set<std::string>> kMeant = {
      {"Download tool under a network service",
       "Shell under a network service"},
      {"Connection to a mining pool port", "Shell opened a network connection"},
      {"Account file changed", "Password hashes read"},
  };
  for (const RuleFixture& fixture : fixtures_) {
    const std::set<std::string> fired = Fired(fixture);
    EXPECT_TRUE(fired.size() <= 1 || kMeant.count(fired) > 0)
        << Describe(fixture) << " fires " << fired.size() << " rules";
  }
}

TEST_F(LibraryTest, EveryOutputIsFormatted) {
  const std::regex unfilled("%[a-z]+\\.");
  for (const RuleFixture& fixture : fixtures_) {
    if (!fixture.fires) continue;
    const Rule* const rule = rules_->FindRule(fixture.rule);
    ASSERT_NE(rule, nullptr);
    const std::string output = Judge(fixture).output;
    EXPECT_TRUE(absl::StartsWith(output, rule->name)) << output;
    EXPECT_FALSE(absl::StrContains(output, "command=<NA>"))
        << Describe(fixture) << ": " << output;
    EXPECT_FALSE(std::regex_search(output, unfilled)) << output;
    EXPECT_EQ(output, fixture.output.value_or(output)) << Describe(fixture);
  }
}

TEST_F(LibraryTest, EveryRuleNamesItsThemeTacticAndTechnique) {
  const std::set<std::string> kThemes = {"application", "file", "kubernetes",
                                         "network", "system"};
  const std::regex technique("T[0-9]{4}(\\.[0-9]{3})?");
  std::set<std::string> all_tactics;
  std::set<std::string> all_techniques;
  for (const Rule& rule : rules_->rules()) {
    int themes = 0;
    int tactics = 0;
    int techniques = 0;
    for (const std::string& tag : rule.tags) {
      themes += kThemes.count(tag);
      if (absl::StartsWith(tag, "mitre_")) {
        ++tactics;
        all_tactics.insert(tag);
      } else if (std::regex_match(tag, technique)) {
        ++techniques;
        all_techniques.insert(tag);
      }
    }
    EXPECT_EQ(themes, 1) << rule.name;
    EXPECT_EQ(tactics, 1) << rule.name;
    EXPECT_GE(techniques, 1) << rule.name;
    EXPECT_FALSE(rule.description.empty()) << rule.name;
  }
  EXPECT_GE(all_tactics.size(), 12u);
  EXPECT_GE(all_techniques.size(), 12u);
}

TEST_F(LibraryTest, NoRuleReplacesAnother) {
  size_t definitions = 0;
  for (const auto& file : files_) {
    for (const absl::string_view line : absl::StrSplit(file->text(), '\n')) {
      definitions += absl::StartsWith(line, "- rule: ");
    }
  }
  EXPECT_EQ(definitions, rules_->rules().size());
  EXPECT_GE(definitions, 60u);
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "server/rules/rule_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"
#include "rules/fields/testing/event_builder.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::StatusIs;

std::string RuleText(const std::string& name) {
  return absl::StrCat("- rule: ", name,
                      "\n  desc: d\n  condition: evt.type = openat\n"
                      "  output: o\n  priority: INFO\n");
}

class RuleStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
  }

  const std::string folder_ = ::testing::TempDir() + "/rules";
  const std::unique_ptr<Store> store_ = testing::OpenTempStore();
};

TEST_F(RuleStoreTest, LoadsAsItsOptionsSay) {
  const auto file = std::make_shared<const rules::SourceFile>(
      "a.yaml", absl::StrCat(RuleText("a"), RuleText("b")));
  for (const bool is_compat : {false, true}) {
    RuleStoreOptions options;
    if (is_compat) options.compat = rules::Compat::All();
    RuleStore rules(store_.get(), options);
    rules::Diagnostics diagnostics;
    ASSERT_OK(
        rules.Apply({file}, /*validate_only=*/false, diagnostics, nullptr));
    const auto set = rules.Current()->set;
    rules::testing::EventBuilder builder("openat");
    absl::InlinedVector<uint32_t, 8> matches;
    set->Match(builder.Build(), *set->NewState(), matches);
    EXPECT_EQ(matches.size(), is_compat ? 1u : 2u);
  }
}

TEST_F(RuleStoreTest, KnowsSourcesThatFilesDescribe) {
  Write("rules.yaml",
        "- {rule: r, desc: d, condition: shop.id = a, output: o, "
        "priority: INFO, source: shop}\n");
  const std::string source = folder_ + "/shop/source.yaml";
  std::filesystem::create_directories(folder_ + "/shop");
  Write("shop/source.yaml",
        "source: shop\nplugin: shop\ndesc: d\nfields:\n"
        "- {name: shop.id, desc: d, path: /id}\n");
  RuleStore rules(store_.get(), {{folder_}, {source}});
  rules::Diagnostics diagnostics;
  ASSERT_OK(rules.Reload(diagnostics)) << diagnostics.ToString();
  EXPECT_NE(rules.Current()->set->FindRule("r"), nullptr);
  // A mistake in the description leaves the rules as they are.
  Write("shop/source.yaml", "source: shop\n");
  EXPECT_THAT(rules.Reload(diagnostics),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_NE(rules.Current()->set->FindRule("r"), nullptr);
}

TEST_F(RuleStoreTest, ReadsTheYamlFilesOfAFolderByName) {
  Write("b.yaml", RuleText("second"));
  Write("a.yml", RuleText("first"));
  Write("a_test.yaml", "not: a rule file");
  Write("notes.txt", "not yaml: [");
  RuleStore rules(store_.get(), {{folder_}});
  rules::Diagnostics diagnostics;
  ASSERT_OK(rules.Reload(diagnostics)) << diagnostics.ToString();
  const auto all = rules.Current()->set->rules();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "first");
  EXPECT_EQ(all[1].name, "second");
}

TEST_F(RuleStoreTest, KeepsTheRulesWhenAReloadFails) {
  Write("a.yaml", RuleText("good"));
  RuleStore rules(store_.get(), {{folder_}});
  rules::Diagnostics diagnostics;
  ASSERT_OK(rules.Reload(diagnostics));
  Write("a.yaml", "- rule: bad\n  condition: no.such.field = 1\n");
  EXPECT_EQ(rules.Reload(diagnostics).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_NE(rules.Current()->set->FindRule("good"), nullptr);
}

TEST_F(RuleStoreTest, NamesAPathThatIsNotThere) {
  RuleStore rules(store_.get(), {{folder_ + "/missing.yaml"}});
  rules::Diagnostics diagnostics;
  const absl::Status status = rules.Reload(diagnostics);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find("missing.yaml"), absl::string_view::npos);
}

TEST_F(RuleStoreTest, SwitchSurvivesReloadAndRestart) {
  Write("a.yaml", RuleText("noisy"));
  rules::Diagnostics diagnostics;
  {
    RuleStore rules(store_.get(), {{folder_}});
    ASSERT_OK(rules.Reload(diagnostics));
    ASSERT_OK(rules.SetEnabled("noisy", false));
    EXPECT_FALSE(rules.Current()->set->FindRule("noisy")->enabled);
    EXPECT_TRUE(rules.Current()->set->event_types().empty());
    ASSERT_OK(rules.Reload(diagnostics));
    EXPECT_FALSE(rules.Current()->set->FindRule("noisy")->enabled);
  }
  RuleStore rules(store_.get(), {{folder_}});
  ASSERT_OK(rules.Reload(diagnostics));
  EXPECT_FALSE(rules.Current()->set->FindRule("noisy")->enabled);
  ASSERT_OK(rules.SetEnabled("noisy", true));
  EXPECT_TRUE(rules.Current()->set->FindRule("noisy")->enabled);
  EXPECT_EQ(rules.SetEnabled("none", true).code(), absl::StatusCode::kNotFound);
}

TEST_F(RuleStoreTest, CountsSurviveAReloadUnderTheRulesName) {
  Write("a.yaml", RuleText("one"));
  RuleStore rules(store_.get(), {{folder_}});
  rules::Diagnostics diagnostics;
  ASSERT_OK(rules.Reload(diagnostics));
  rules.Current()->detections[0] = 5;
  Write("a.yaml", RuleText("zero") + RuleText("one"));
  ASSERT_OK(rules.Reload(diagnostics));
  EXPECT_EQ(rules.Current()->detections[0], 0u);
  EXPECT_EQ(rules.Current()->detections[1], 5u);
}

TEST_F(RuleStoreTest, ValidationChangesNothingAndListenersHearOfChanges) {
  RuleStore rules(store_.get(), {});
  int changes = 0;
  rules.OnChange([&changes] { ++changes; });
  const auto file =
      std::make_shared<const rules::SourceFile>("x.yaml", RuleText("x"));
  rules::Diagnostics diagnostics;
  size_t count = 0;
  ASSERT_OK(rules.Apply({file}, true, diagnostics, &count));
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(changes, 0);
  EXPECT_TRUE(rules.Current()->set->rules().empty());
  ASSERT_OK(rules.Apply({file}, false, diagnostics, &count));
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(rules.Current()->set->rules().size(), 1u);
}

}  // namespace
}  // namespace eyrie::server

// SPDX-License-Identifier: Apache-2.0
//
// Big, deep and long rule files: they load in bounded time and memory and mean
// what they say, or they are refused by a message that names the limit.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/ruleset/rule_set.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;

// All of these load in a second or two; a sanitizer on a busy machine takes
// twenty times as long. What grows faster than its input takes hours.
constexpr absl::Duration kBoundedTime = absl::Seconds(120);
// Of the whole test: ten times what it takes, for sanitizers. What doubles with
// each step takes more than there is.
constexpr int64_t kBoundedKilobytes = 2 << 20;

struct Loaded {
  std::shared_ptr<const RuleSet> rules;
  Diagnostics diagnostics;

  // Whether loading failed with `limit-exceeded` and words on it.
  ::testing::AssertionResult IsRefused(absl::string_view words) const {
    if (rules != nullptr) return ::testing::AssertionFailure() << "it loads";
    for (const Diagnostic& entry : diagnostics.entries()) {
      if (entry.code == "limit-exceeded" &&
          absl::StrContains(entry.message, words)) {
        return ::testing::AssertionSuccess();
      }
    }
    return ::testing::AssertionFailure()
           << diagnostics.ToString().substr(0, 2000);
  }
};

Loaded Load(std::string text) {
  Loaded loaded;
  const absl::Time start = absl::Now();
  loaded.rules = LoadRules(
      {std::make_shared<const SourceFile>("big.yaml", std::move(text))},
      LoadOptions(), loaded.diagnostics);
  EXPECT_LT(absl::Now() - start, kBoundedTime);
  rusage usage;
  EXPECT_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  EXPECT_LT(usage.ru_maxrss, kBoundedKilobytes);
  return loaded;
}

std::string RuleText(absl::string_view name, absl::string_view condition) {
  return absl::StrCat("- rule: ", name, "\n  desc: d\n  condition: '",
                      condition, "'\n  output: o\n  priority: INFO\n");
}

Loaded LoadCondition(absl::string_view condition) {
  return Load(RuleText("r", condition));
}

std::string Repeat(absl::string_view text, int count) {
  std::string repeated;
  for (int i = 0; i < count; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

// How many rules match an openat by `process` with one argument.
size_t Matches(const Loaded& loaded, const std::string& process,
               const std::string& argument = "x") {
  EXPECT_NE(loaded.rules, nullptr) << loaded.diagnostics.ToString();
  if (loaded.rules == nullptr) return 0;
  EventBuilder builder("openat");
  builder.Command({process, argument});
  const auto state = loaded.rules->NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  const absl::Time start = absl::Now();
  loaded.rules->Match(builder.Build(), *state, matches);
  EXPECT_LT(absl::Now() - start, kBoundedTime);
  return matches.size();
}

TEST(LimitsTest, AConditionOf10000ItemsLoads) {
  std::string items;
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&items, "p", i, ", ");
  const Loaded loaded =
      LoadCondition(absl::StrCat("proc.name in (", items, "last)"));
  EXPECT_EQ(Matches(loaded, "p0"), 1u);
  EXPECT_EQ(Matches(loaded, "p9999"), 1u);
  EXPECT_EQ(Matches(loaded, "last"), 1u);
  EXPECT_EQ(Matches(loaded, "p10000"), 0u);
}

TEST(LimitsTest, AListOf10000ItemsLoadsForEveryOperator) {
  std::string text = "- list: l\n  items:\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&text, "  - /p", i, "\n");
  absl::StrAppend(&text, RuleText("in", "proc.args in (l)"),
                  RuleText("pmatch", "proc.args pmatch (l)"),
                  RuleText("anyof", "proc.args startswith anyof (l)"),
                  RuleText("contains", "proc.args contains anyof (l)"),
                  RuleText("glob", "proc.args glob anyof (l)"));
  const Loaded loaded = Load(text);
  EXPECT_EQ(Matches(loaded, "a", "/p9999"), 5u);
  EXPECT_EQ(Matches(loaded, "a", "/p9999/x"), 3u);
  EXPECT_EQ(Matches(loaded, "a", "x/p9999"), 1u);
  EXPECT_EQ(Matches(loaded, "a", "x/q"), 0u);
}

TEST(LimitsTest, TooManyItemsAreRefused) {
  EXPECT_TRUE(LoadCondition(
                  absl::StrCat("proc.name in (", Repeat("a, ", 100'000), "b)"))
                  .IsRefused("100000"));
}

TEST(LimitsTest, ListsThatDoubleAreRefused) {
  std::string text = "- list: l0\n  items: [a, b]\n";
  for (int i = 1; i < 60; ++i) {
    absl::StrAppend(&text, "- list: l", i, "\n  items: [l", i - 1, ", l", i - 1,
                    "]\n");
  }
  EXPECT_TRUE(Load(absl::StrCat(text, RuleText("r", "proc.name in (l59)")))
                  .IsRefused("100000"));
}

// m0, and each macro uses the one before `times` times.
std::string Chain(int length, int times) {
  std::string text = "- macro: m0\n  condition: proc.name = a\n";
  for (int i = 1; i < length; ++i) {
    absl::StrAppend(&text, "- macro: m", i, "\n  condition: m", i - 1,
                    Repeat(absl::StrCat(" or not m", i - 1), times - 1), "\n");
  }
  return absl::StrCat(text, RuleText("r", absl::StrCat("m", length - 1)));
}

TEST(LimitsTest, AChainOf200MacrosLoads) {
  const Loaded loaded = Load(Chain(200, 1));
  EXPECT_EQ(Matches(loaded, "a"), 1u);
  EXPECT_EQ(Matches(loaded, "b"), 0u);
}

TEST(LimitsTest, AChainOf200MacrosThatEachAddSomethingLoads) {
  std::string text = "- macro: m0\n  condition: proc.name = a\n";
  for (int i = 1; i < 200; ++i) {
    absl::StrAppend(&text, "- macro: m", i, "\n  condition: (m", i - 1,
                    " and not proc.args = n", i, ") or proc.args = y", i, "\n");
  }
  const Loaded loaded = Load(absl::StrCat(text, RuleText("r", "m199")));
  EXPECT_EQ(Matches(loaded, "a"), 1u);
  EXPECT_EQ(Matches(loaded, "a", "n1"), 0u);
  EXPECT_EQ(Matches(loaded, "a", "n199"), 0u);
  EXPECT_EQ(Matches(loaded, "b"), 0u);
  EXPECT_EQ(Matches(loaded, "b", "y1"), 1u);
}

// m0 to m`length`, each before the one that it uses, which stands `depth` deep
// in its condition.
std::string BackwardChain(int length, int depth) {
  std::string text;
  for (int i = length; i > 0; --i) {
    absl::StrAppend(&text, "- macro: m", i, "\n  condition: ",
                    Repeat("proc.pid = 1 or (proc.pid = 2 and (", depth / 2),
                    "m", i - 1, Repeat("))", depth / 2), "\n");
  }
  return absl::StrCat(text, "- macro: m0\n  condition: proc.name = a\n",
                      RuleText("r", absl::StrCat("m", length)));
}

TEST(LimitsTest, AChainOfMacrosInTheWrongOrderSaysSo) {
  const Loaded loaded = Load(BackwardChain(200, 0));
  EXPECT_EQ(loaded.rules, nullptr);
  ASSERT_FALSE(loaded.diagnostics.entries().empty());
  EXPECT_EQ(loaded.diagnostics.entries()[0].code,
            "macro-used-before-definition");
  EXPECT_FALSE(loaded.IsRefused("256"));
  EXPECT_TRUE(Load(BackwardChain(257, 0)).IsRefused("256"));
}

TEST(LimitsTest, ADeepChainOfMacrosInTheWrongOrderIsRefused) {
  EXPECT_TRUE(Load(BackwardChain(256, 250)).IsRefused("1000 deep"));
}

TEST(LimitsTest, MacrosThatDoubleAreRefused) {
  EXPECT_TRUE(Load(Chain(60, 2)).IsRefused("100000"));
}

TEST(LimitsTest, AFileOfAMegabyteLoads) {
  std::string text;
  int rules = 0;
  while (text.size() < (1 << 20)) {
    absl::StrAppend(
        &text,
        RuleText(absl::StrCat("rule ", rules),
                 absl::StrCat("evt.type = openat and proc.name = p", rules,
                              " and not proc.args startswith q")));
    ++rules;
  }
  const Loaded loaded = Load(text);
  EXPECT_EQ(Matches(loaded, absl::StrCat("p", rules - 1)), 1u);
  EXPECT_EQ(Matches(loaded, "p0"), 1u);
  EXPECT_EQ(Matches(loaded, "p0", "qq"), 0u);
  EXPECT_EQ(Matches(loaded, absl::StrCat("p", rules)), 0u);
}

TEST(LimitsTest, AFileBeyondTheLimitIsRefused) {
  EXPECT_TRUE(Load(std::string((8 << 20) + 1, '#')).IsRefused("8388608"));
}

TEST(LimitsTest, TooManyRulesAreRefused) {
  std::string text;
  for (int i = 0; i <= 10'000; ++i) {
    absl::StrAppend(&text, RuleText(absl::StrCat(i), "proc.name = a"));
  }
  EXPECT_TRUE(Load(text).IsRefused("10000"));
}

TEST(LimitsTest, AliasesThatDoubleAreRefused) {
  std::string text = "- list: l0\n  items: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    absl::StrAppend(&text, "- foo: &a", i, " [*a", i - 1, ", *a", i - 1, "]\n");
  }
  EXPECT_TRUE(Load(text).IsRefused("500000"));
}

TEST(LimitsTest, ParenthesesBeyondTheLimitAreRefused) {
  EXPECT_TRUE(LoadCondition(absl::StrCat(Repeat("(", 257), "proc.name = a",
                                         Repeat(")", 257)))
                  .IsRefused("256"));
  EXPECT_TRUE(LoadCondition(Repeat("(", 500'000)).IsRefused("256"));
  EXPECT_EQ(Matches(LoadCondition(absl::StrCat(
                        Repeat("(", 256), "proc.name = a", Repeat(")", 256))),
                    "a"),
            1u);
}

TEST(LimitsTest, ThousandsOfNotsAndOrsLoad) {
  EXPECT_EQ(Matches(LoadCondition(
                        absl::StrCat(Repeat("not ", 50'001), "proc.name = a")),
                    "b"),
            1u);
  EXPECT_EQ(Matches(LoadCondition(absl::StrCat(
                        Repeat("proc.name = a or ", 10'000), "proc.name = b")),
                    "b"),
            1u);
}

TEST(LimitsTest, TextsBeyondTheLimitAreRefused) {
  EXPECT_TRUE(
      LoadCondition(absl::StrCat("proc.name = ", std::string(4097, 'a')))
          .IsRefused("4096"));
}

// Engines that try one way after another take longer than the universe has.
TEST(LimitsTest, ARegexThatWouldExplodeTakesLinearTime) {
  const std::string long_text(30'000, 'a');
  for (const char* regex :
       {"(a*)*b", "(a+)+b", "(a|aa)+b", "(.*a){20}b", "(a?){60}a{60}b",
        "([a-z]+)*[0-9]", "(x+x+)+y|(a+a+)+b"}) {
    const Loaded loaded =
        LoadCondition(absl::StrCat("proc.args regex \"", regex, "\""));
    EXPECT_EQ(Matches(loaded, "p", long_text), 0u) << regex;
  }
  EXPECT_EQ(Matches(LoadCondition("proc.args regex \"(a*)*b\""), "p",
                    absl::StrCat(long_text, "b")),
            1u);
}

TEST(LimitsTest, ARegexThatNeedsTooMuchMemoryIsRefused) {
  EXPECT_TRUE(LoadCondition(absl::StrCat("proc.args regex \"",
                                         Repeat("[^a]{1000}", 50), "\""))
                  .IsRefused("1048576"));
}

TEST(LimitsTest, ARegexWithTooManyRepetitionsIsRefused) {
  const Loaded loaded =
      LoadCondition("proc.args regex \"((a{100}){100}){100}\"");
  EXPECT_EQ(loaded.rules, nullptr);
  EXPECT_TRUE(absl::StrContains(loaded.diagnostics.ToString(),
                                "invalid repetition size"));
}

TEST(LimitsTest, AGlobThatWouldExplodeTakesBoundedTime) {
  const std::string long_text(30'000, 'a');
  const Loaded loaded =
      LoadCondition(absl::StrCat("proc.args glob \"", Repeat("*a", 60), "b\""));
  EXPECT_EQ(Matches(loaded, "p", long_text), 0u);
  EXPECT_EQ(Matches(loaded, "p", absl::StrCat(long_text, "b")), 1u);
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/regex_set.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

class Regexes {
 public:
  explicit Regexes(const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns) {
      owned_.push_back(std::make_unique<re2::RE2>(pattern, re2::RE2::POSIX));
      pointers_.push_back(owned_.back().get());
    }
  }

  std::optional<RegexSet> Set(int64_t max_bytes = RegexSet::kMaxBytes) const {
    return RegexSet::Create(pointers_, max_bytes);
  }
  bool OneMatches(const std::string& value) const {
    for (const re2::RE2* regex : pointers_) {
      if (re2::RE2::FullMatch(value, *regex)) return true;
    }
    return false;
  }

 private:
  std::vector<std::unique_ptr<re2::RE2>> owned_;
  std::vector<const re2::RE2*> pointers_;
};

TEST(RegexSetTest, SaysWhatItsExpressionsSay) {
  const std::vector<std::string> patterns = {
      "a",     "a|ab",      "(a|ab)(c|bcd)",
      "[^/]*", ".*\\.so",   "^x$",
      "^x|y$", "",          "()",
      "a{3}",  ".",         "x\ny",
      "(a*)*", "\xc3\xa9+", ".*/[a-z]+[0-9]",
      "$a",
  };
  const std::vector<std::string> values = {
      "",    "a",         "ab",   "abcd", "abc",
      "aaa", "/lib/a.so", "x",    "y",    "xz",
      "zy",  "x\ny",      "\n",   "x\n",  "\xc3\xa9",
      "/e",  "/bin/ls1",  "a\nb", "/",    std::string("a\0b", 3),
  };
  for (const std::string& first : patterns) {
    for (const std::string& second : patterns) {
      const Regexes regexes({first, second});
      const std::optional<RegexSet> set = regexes.Set();
      ASSERT_TRUE(set.has_value());
      for (const std::string& value : values) {
        EXPECT_EQ(set->MayMatch(value), regexes.OneMatches(value))
            << "`" << first << "` or `" << second << "`: " << value;
      }
    }
  }
}

TEST(RegexSetTest, IsNotMadeBeyondItsMemory) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 100; ++i) {
    patterns.push_back(absl::StrCat(".*", i, "[a-z]{20}"));
  }
  const Regexes regexes(patterns);
  EXPECT_FALSE(regexes.Set(/*max_bytes=*/64 << 10).has_value());
  EXPECT_TRUE(regexes.Set().has_value());
}

// The automaton has a state for each set of places where an `a` was.
TEST(RegexSetTest, AnswersWhenItsStatesDoNotFit) {
  const Regexes regexes({".*a.{12}", ".*b.{13}", ".*c.{14}x"});
  const std::optional<RegexSet> set = regexes.Set(/*max_bytes=*/64 << 10);
  ASSERT_TRUE(set.has_value());
  uint32_t random = 1;
  int matching = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string value;
    for (int j = 0; j < 40; ++j) {
      random = random * 1664525 + 1013904223;
      value += static_cast<char>('a' + (random >> 24) % 8);
    }
    const bool matches = regexes.OneMatches(value);
    matching += matches;
    ASSERT_EQ(set->MayMatch(value), matches) << value;
  }
  EXPECT_GT(matching, 100);
  EXPECT_LT(matching, 1900);
}

TEST(RegexSetTest, ManyThreadsMayAsk) {
  const Regexes regexes({".*a.{8}", ".*b.{9}"});
  const std::optional<RegexSet> set = regexes.Set();
  ASSERT_TRUE(set.has_value());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) {
        const std::string value = absl::StrCat(t, "a", i, "b", i * t, "aab");
        EXPECT_EQ(set->MayMatch(value), regexes.OneMatches(value)) << value;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace eyrie::rules

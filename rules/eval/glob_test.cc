// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/glob.h"

#include <fnmatch.h>

#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

struct Case {
  const char* pattern;
  const char* text;
  bool matches;
};

TEST(GlobTest, MatchesLikeFnmatch) {
  const Case cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", ".hidden/x", true},
      {"/etc/*", "/etc/ssh/sshd_config", true},
      {"/etc/?asswd", "/etc/passwd", true},
      {"/etc?passwd", "/etc/passwd", true},
      {"*.conf", ".conf", true},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-b-b-", false},
      {"[abc]x", "bx", true},
      {"[!abc]x", "bx", false},
      {"[^abc]x", "dx", true},
      {"[a-c]", "b", true},
      {"[c-a]", "b", false},
      {"[a-]", "-", true},
      {"[]a]", "]", true},
      {"[a\\]b]", "]", true},
      {"[[:digit:]x]", "5", true},
      {"[[:upper:]]*", "abc", false},
      {"a[", "a[", true},
      {"a[b", "ab", false},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"a\\", "a\\", false},
      {"\xc3\xa9", "\xc3\xa9", true},
      {"?", "\xc3\xa9", false},
      {"??", "\xc3\xa9", true},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(GlobMatches(test.pattern, test.text), test.matches)
        << test.pattern << " on " << test.text;
    EXPECT_EQ(fnmatch(test.pattern, test.text, 0) == 0, test.matches)
        << "the test is wrong: " << test.pattern << " on " << test.text;
  }
}

TEST(GlobTest, IgnoresCaseOfAsciiOnly) {
  EXPECT_TRUE(GlobMatchesIgnoringCase("B*H", "bash"));
  EXPECT_TRUE(GlobMatchesIgnoringCase("[a-c]", "B"));
  EXPECT_FALSE(GlobMatchesIgnoringCase("\xc3\x89", "\xc3\xa9"));
  EXPECT_FALSE(GlobMatches("B*H", "bash"));
}

std::string RandomText(std::mt19937& random, absl::string_view alphabet,
                       int max_size) {
  std::string text;
  for (int size = static_cast<int>(random() % (max_size + 1)); size > 0;
       --size) {
    text += alphabet[random() % alphabet.size()];
  }
  return text;
}

// glibc lets some of these match themselves and others nothing, by what stands
// before the range; POSIX leaves them open.
bool EndsInUnfinishedRange(absl::string_view pattern) {
  const size_t bracket = pattern.find('[');
  const size_t range = pattern.rfind('-');
  return bracket != absl::string_view::npos &&
         range != absl::string_view::npos && range > bracket &&
         pattern.find(']', range) == absl::string_view::npos;
}

TEST(GlobTest, AgreesWithFnmatchOnRandomPatterns) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 200'000; ++i) {
    const std::string pattern = RandomText(random, "aabBc**?[]!^-\\z", 8);
    const std::string text = RandomText(random, "aabBc*[]!-\\z/", 6);
    if (EndsInUnfinishedRange(pattern)) continue;
    ASSERT_EQ(GlobMatches(pattern, text),
              fnmatch(pattern.c_str(), text.c_str(), 0) == 0)
        << "seed " << seed << ": " << pattern << " on " << text;
    ASSERT_EQ(GlobMatchesIgnoringCase(pattern, text),
              fnmatch(pattern.c_str(), text.c_str(), FNM_CASEFOLD) == 0)
        << "seed " << seed << ": " << pattern << " on " << text
        << " ignoring case";
    if (GlobMatches(pattern, text)) {
      ASSERT_TRUE(absl::StrContains(text, LiteralPart(pattern)))
          << "seed " << seed << ": " << pattern << " on " << text;
    }
  }
}

TEST(GlobTest, LiteralPart) {
  EXPECT_EQ(LiteralPart("/etc/shadow"), "/etc/shadow");
  EXPECT_EQ(LiteralPart("*../*"), "../");
  EXPECT_EQ(LiteralPart("/a?/bcd*e"), "/bcd");
  EXPECT_EQ(LiteralPart("a[bc]defg"), "a");
  EXPECT_EQ(LiteralPart("a\\*bc"), "bc");
  EXPECT_EQ(LiteralPart("a\\"), "a");
  EXPECT_EQ(LiteralPart("*"), "");
  EXPECT_EQ(LiteralPart(""), "");
}

TEST(GlobTest, HostilePatternTakesPolynomialTime) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  pattern += "*b";
  const std::string text(4000, 'a');
  // Backtracking over all stars would not end in anybody's lifetime.
  EXPECT_FALSE(GlobMatches(pattern, text));
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/lexer.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

using Take = std::function<std::optional<Token>(Lexer&)>;

// What `take` reads from the start of `text`, with "|" and what is left.
std::string Read(absl::string_view text, const Take& take) {
  Lexer lexer(text);
  const std::optional<Token> token = take(lexer);
  return absl::StrCat(token ? token->text : "<none>", "|", lexer.rest());
}

struct Case {
  absl::string_view text;
  absl::string_view expected;
};

void ExpectAll(const std::vector<Case>& cases, const Take& take) {
  for (const Case& c : cases) EXPECT_EQ(Read(c.text, take), c.expected);
}

TEST(LexerTest, TakesIdentifiers) {
  ExpectAll({{"abc", "abc|"},
             {"a1_b-c", "a1_b|-c"},
             {"a.b", "a|.b"},
             {"1a", "<none>|1a"},
             {"_a", "<none>|_a"},
             {"", "<none>|"}},
            [](Lexer& lexer) { return lexer.TakeIdentifier(); });
}

TEST(LexerTest, TakesFieldNames) {
  ExpectAll({{"proc.name", "proc.name|"},
             {"fd.cip.name = a", "fd.cip.name| = a"},
             {"proc.name. = a", "proc.name|. = a"},
             {"proc.1x", "<none>|proc.1x"},
             {"proc", "<none>|proc"},
             {"proc.", "<none>|proc."},
             {".name", "<none>|.name"},
             {"a_1.b_2[3]", "a_1.b_2|[3]"}},
            [](Lexer& lexer) { return lexer.TakeFieldName(); });
}

TEST(LexerTest, TakesFieldArguments) {
  ExpectAll({{"1]", "1|]"},
             {"/a/b]", "/a/b|]"},
             {"a=b,c(d)]", "a=b,c(d)|]"},
             {"a b]", "a| b]"},
             {" a]", "<none>| a]"},
             {"a[b]", "a|[b]"},
             {"\"a\"]", "<none>|\"a\"]"}},
            [](Lexer& lexer) { return lexer.TakeFieldArgument(); });
}

TEST(LexerTest, TakesNumbers) {
  ExpectAll({{"12", "12|"},
             {"-1)", "-1|)"},
             {"+7 ", "+7| "},
             {"1and", "1|and"},
             {"1.5.2", "1.5|.2"},
             {"1.", "1.|"},
             {"1e+5", "1e+5|"},
             {"1e5", "1|e5"},
             {"1E-2x", "1E-2|x"},
             {"1e+", "1|e+"},
             {"0x1F and", "0x1F| and"},
             {"0X10", "0X10|"},
             {"0x", "0|x"},
             {"-", "<none>|-"},
             {"a", "<none>|a"},
             {"", "<none>|"}},
            [](Lexer& lexer) { return lexer.TakeNumber(); });
}

TEST(LexerTest, TakesBareTexts) {
  ExpectAll({{"/etc/passwd and", "/etc/passwd| and"},
             {"runc:[0:PARENT])", "runc:[0:PARENT]|)"},
             {"a,b", "a|,b"},
             {"a=b", "a|=b"},
             {"a\"b", "a|\"b"},
             {"a\vb", "a|\vb"},
             {"<NA>", "<NA>|"},
             {"a\\nb", "a\\nb|"},  // no escapes without quotes
             {"\u00a0x", "\u00a0x|"},
             {"(", "<none>|("},
             {"", "<none>|"}},
            [](Lexer& lexer) { return lexer.TakeBareText(); });
}

TEST(LexerTest, TakesQuotedTexts) {
  ExpectAll({{"'a b' c", "a b| c"},
             {"\"a'b\"", "a'b|"},
             {"''", "|"},
             {R"("a\"b")", "a\"b|"},
             {R"('a\'b')", "a'b|"},
             {R"("a\\")", "a\\|"},
             {R"("a\\" x "b")", "a\\| x \"b\""},
             {R"("\b\f\n\r\t\\\/")", "\b\f\n\r\t\\/|"},
             {R"("\x41\x7e\xff")", "A~\xff|"},
             {R"("a\ b")", "a\\b|"},  // as the reference: the blank is dropped
             {"\"a\nb\"", "a\nb|"},
             {"abc", "<none>|abc"},
             {"", "<none>|"}},
            [](Lexer& lexer) {
              std::optional<LexError> error;
              auto token = lexer.TakeQuoted(error);
              EXPECT_FALSE(error);
              return token;
            });
}

TEST(LexerTest, SaysWhyAQuotedTextCannotBeRead) {
  struct ErrorCase {
    absl::string_view text;
    absl::string_view code;
    absl::string_view message;
    size_t begin;
    size_t end;
  };
  const ErrorCase cases[] = {
      {"'abc", "unterminated-string", "this ' has no closing '", 0, 1},
      {"\"abc\\\"", "unterminated-string", "this \" has no closing \"", 0, 1},
      {"\"abc\\", "unterminated-string", "this \" has no closing \"", 0, 1},
      {R"("a\qb")", "invalid-escape", "'\\q' is no escape sequence", 2, 4},
      {R"('a\"b')", "invalid-escape", "'\\\"' is no escape sequence", 2, 4},
      {R"("\0")", "invalid-escape", "'\\0' is no escape sequence", 1, 3},
      {R"("\x4")", "invalid-escape", "'\\x' needs two hexadecimal digits", 1,
       3},
      {R"("\x00")", "invalid-character", "a value cannot hold a zero byte", 1,
       5},
      {absl::string_view("\"a\0b\"", 5), "invalid-character",
       "a value cannot hold a zero byte", 2, 3},
  };
  for (const ErrorCase& c : cases) {
    Lexer lexer(c.text);
    std::optional<LexError> error;
    EXPECT_FALSE(lexer.TakeQuoted(error)) << c.text;
    ASSERT_TRUE(error) << c.text;
    EXPECT_EQ(error->code, c.code) << c.text;
    EXPECT_EQ(error->message, c.message) << c.text;
    EXPECT_EQ(error->begin, c.begin) << c.text;
    EXPECT_EQ(error->end, c.end) << c.text;
    EXPECT_EQ(lexer.position(), 0u) << c.text;
  }
}

TEST(LexerTest, KnowsItsBlanks) {
  Lexer lexer(" \t\b\r\n\vx");
  EXPECT_TRUE(lexer.SkipBlanks());
  EXPECT_EQ(lexer.rest(), "\vx");
  EXPECT_FALSE(lexer.SkipBlanks());
}

TEST(LexerTest, TakesWordsOnlyWithABlankBehind) {
  for (const auto& [text, taken] : {std::pair{"glob a", true},
                                    {"glob\na", true},
                                    {"glob", true},
                                    {"globx", false},
                                    {"glob(a)", false},
                                    {"glo", false}}) {
    Lexer lexer(text);
    EXPECT_EQ(lexer.TakeSpaced("glob"), taken) << text;
  }
}

TEST(LexerTest, PeeksAtWords) {
  EXPECT_EQ(Lexer("matches a").PeekWord(), "matches");
  EXPECT_EQ(Lexer(")(").PeekWord(), ")");
  EXPECT_EQ(Lexer("a,b").PeekWord(), "a");
  EXPECT_EQ(Lexer("").PeekWord(), "");
}

TEST(ResolveEscapesTest, ReadsTextAsBetweenQuotes) {
  std::optional<LexError> error;
  EXPECT_EQ(ResolveEscapes("sh -c x", error), "sh -c x");
  EXPECT_EQ(ResolveEscapes(R"(say "hi")", error), R"(say "hi")");
  EXPECT_EQ(ResolveEscapes(R"(say \"hi\")", error), R"(say "hi")");
  EXPECT_EQ(ResolveEscapes(R"(a\\ b\n)", error), "a\\ b\n");
  EXPECT_FALSE(error);
}

TEST(ResolveEscapesTest, PlacesErrorsInTheText) {
  std::optional<LexError> error;
  EXPECT_FALSE(ResolveEscapes(R"("a" \d)", error));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "'\\d' is no escape sequence");
  EXPECT_EQ(error->begin, 4u);
  EXPECT_EQ(error->end, 6u);
  error.reset();
  EXPECT_FALSE(ResolveEscapes("a b\\", error));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "a backslash at the end escapes nothing");
  EXPECT_EQ(error->begin, 3u);
  EXPECT_EQ(error->end, 4u);
}

}  // namespace
}  // namespace eyrie::rules

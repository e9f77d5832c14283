// SPDX-License-Identifier: Apache-2.0

#include "rules/output/single_line.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace eyrie::rules {
namespace {

TEST(SingleLineTest, EscapesWhatWouldBreakALineOrCommandATerminal) {
  const struct {
    absl::string_view text;
    absl::string_view line;
  } cases[] = {
      {"", ""},
      {"plain text \\n %", "plain text \\n %"},
      {"caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x90\xa6",
       "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x90\xa6"},
      {"a\nb\rc\td", "a\\nb\\rc\\td"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {absl::string_view("a\0b", 3), "a\\x00b"},
      {"\x7f", "\\x7f"},
      // The one-character form of ESC [.
      {"\xc2\x9b"
       "31m",
       "\\u009b31m"},
      // Right-to-left override, line separator, isolate.
      {"\xe2\x80\xae", "\\u202e"},
      {"\xe2\x80\xa8", "\\u2028"},
      {"\xe2\x81\xa6", "\\u2066"},
      // Neighbours of these are text.
      {"\xe2\x80\xaf\xe2\x81\xa5\xc2\xa0", "\xe2\x80\xaf\xe2\x81\xa5\xc2\xa0"},
      {"a\xff"
       "b",
       "a\xef\xbf\xbd"
       "b"},
      {"\xc3", "\xef\xbf\xbd"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ToSingleLine(test.text), test.line)
        << absl::CHexEscape(test.text);
  }
}

TEST(SingleLineTest, CutsBetweenCharacters) {
  const absl::string_view text = "a\xc3\xa9\xf0\x9f\x90\xa6z";  // 1+2+4+1
  const size_t expected[] = {0, 1, 1, 3, 3, 3, 3, 7, 8, 8};
  for (size_t max = 0; max < 10; ++max) {
    EXPECT_EQ(CutUtf8(text, max).size(), expected[max]) << max;
  }
}

}  // namespace
}  // namespace eyrie::rules

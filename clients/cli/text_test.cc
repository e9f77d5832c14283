// SPDX-License-Identifier: Apache-2.0
//
// Tests of text for terminals.

#include "clients/cli/text.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace eyrie::cli {
namespace {

TEST(TextTest, EscapesWhatATerminalWouldObey) {
  struct Case {
    std::string text;
    const char* safe;
  };
  for (const Case& test : std::vector<Case>{
           {"", ""},
           {"cat /etc/shadow", "cat /etc/shadow"},
           {"\x1b[2Jgone", "\\x1b[2Jgone"},
           {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
           {std::string("a\0b", 3), "a\\x00b"},
           {"\x7f", "\\x7f"},
           {"\xc2\x9b"
            "31m",
            "\\x9b31m"},  // C1: CSI
           {"\xe2\x80\xae"
            "exe.txt",
            "\\u{202e}exe.txt"},  // right-to-left
           {"\xe2\x81\xa6", "\\u{2066}"},
           {"\xef\xbb\xbf", "\\u{feff}"},
           {"naïve → 日本", "naïve → 日本"},
           {"\xff\xfe", "\\xff\\xfe"},
           {"\xc3", "\\xc3"},           // cut off
           {"\xc0\xaf", "\\xc0\\xaf"},  // longer than it need be
           {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
           {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // a surrogate
           {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // beyond Unicode
           {"\xf0\x9f\xa6\x85", "\xf0\x9f\xa6\x85"},
       }) {
    EXPECT_EQ(SafeText(test.text), test.safe) << test.safe;
  }
}

TEST(TextTest, CutsAtCharacters) {
  struct Case {
    const char* text;
    size_t width;
    const char* cut;
  };
  for (const Case& test : std::vector<Case>{
           {"abc", 3, "abc"},
           {"abcd", 3, "ab…"},
           {"日本語文", 4, "日本語文"},
           {"日本語文", 3, "日本…"},
           {"abc", 1, "…"},
       }) {
    EXPECT_EQ(CutText(test.text, test.width), test.cut) << test.text;
    EXPECT_LE(TextWidth(CutText(test.text, test.width)), test.width);
  }
}

}  // namespace
}  // namespace eyrie::cli

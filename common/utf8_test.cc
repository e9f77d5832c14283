// SPDX-License-Identifier: Apache-2.0

#include "common/utf8.h"

#include "gtest/gtest.h"

namespace eyrie {
namespace {

struct Case {
  const char* text;
  const char* valid;
};

TEST(Utf8Test, ReplacesWhatIsNotValid) {
  const Case cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
       "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"a\xff"
       "b",
       "a\xef\xbf\xbd"
       "b"},
      {"\xc3", "\xef\xbf\xbd"},
      {"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
      // An overlong slash, a surrogate, a number too large.
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(ToValidUtf8(test.text), test.valid) << test.text;
    EXPECT_EQ(IsValidUtf8(test.text), ToValidUtf8(test.text) == test.text)
        << test.text;
  }
}

}  // namespace
}  // namespace eyrie

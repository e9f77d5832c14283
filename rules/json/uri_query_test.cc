// SPDX-License-Identifier: Apache-2.0

#include "rules/json/uri_query.h"

#include <gtest/gtest.h>

#include <string>

namespace eyrie::rules {
namespace {

TEST(UriQueryTest, FindsParameters) {
  struct Case {
    std::string uri;
    std::string name;
    std::string expected;
  };
  for (const Case& test : std::vector<Case>{
           {"/exec?command=sh&command=-c", "command", "sh"},
           {"/exec?a=1&b=x%2Fy+z", "b", "x/y z"},
           {"/exec?a%20b=1", "a b", "1"},
           {"/exec?a=b=c", "a", "b=c"},
           {"/exec?flag&a=1", "flag", ""},
           {"/exec?a=", "a", ""},
           {"/exec?=x", "", "x"},
           {"/exec?a=1#a=2&b=3", "b", "-"},
           {"/exec?a=%zz%4", "a", "%zz%4"},
           {"/exec?a=%41%", "a", "A%"},
           {"/exec?a=1", "A", "-"},
           {"/exec?", "", "-"},
           {"/exec", "a", "-"},
           {"", "a", "-"},
       }) {
    Scratch scratch;
    EXPECT_EQ(QueryValue(test.uri, test.name, scratch).value_or("-"),
              test.expected)
        << test.uri << " " << test.name;
  }
}

TEST(QueryValuesTest, HaveAllInOrder) {
  Scratch scratch;
  EXPECT_EQ(QueryValues("/exec?command=sh&container=c&command=-c&command=a+b",
                        "command", scratch),
            (std::vector<absl::string_view>{"sh", "-c", "a b"}));
  EXPECT_TRUE(QueryValues("/exec", "command", scratch).empty());
}

}  // namespace
}  // namespace eyrie::rules

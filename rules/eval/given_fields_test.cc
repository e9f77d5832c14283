// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/given_fields.h"

#include "gtest/gtest.h"

#include "rules/eval/testing/language.h"

namespace eyrie::rules {
namespace {

using testing::Judge;
using testing::Many;
using testing::One;

struct Case {
  const char* condition;
  GivenFields fields;
  const char* answer;
};

TEST(GivenFieldsTest, ReadsValuesByTheFieldsType) {
  const std::vector<Case> cases = {
      {"x.env[\"A B\"] = c", {{"x.env[A B]", One("c")}}, "true"},
      {"x.env[HOME] exists", {{"x.env", One("c")}}, "false"},
      {"x.str exists", {{"x.str", One(std::monostate())}}, "false"},
      {"x.str exists", {{"x.str", One("")}}, "true"},
      {"x.str = ab", {{"x.str", One(std::string("ab\0\0", 4))}}, "true"},
      {"x.str = ab", {{"x.str", One(GivenBytes{"ab"})}}, "true"},
      {"x.uint = 18446744073709551615", {{"x.uint", One(UINT64_MAX)}}, "true"},
      {"fd.ip exists", {{"fd.ip", Many({})}}, "false"},
      {"proc.aname exists", {{"proc.aname", Many({})}}, "false"},
      {"x.strs exists", {{"x.strs", Many({})}}, "true"},
      {"x.int = 1",
       {{"x.int", One("1")}},
       "x.int: the value is no signed integer"},
      {"x.str = 1", {{"x.str", One(1)}}, "x.str: the value is no string"},
      {"x.bool = true", {{"x.bool", One(1)}}, "x.bool: the value is no bool"},
      {"x.port = 1", {{"x.port", One(65536)}}, "x.port: the value is no port"},
      {"x.ip = ::1",
       {{"x.ip", One("10.0.0")}},
       "x.ip: the value is no IP address"},
      {"x.str = a",
       {{"x.str", Many({"a", "b"})}},
       "x.str: the field has one value, not several"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Judge(test.condition, test.fields), test.answer)
        << test.condition;
  }
}

TEST(GivenFieldsTest, IgnoresFieldsThatAreNotAsked) {
  EXPECT_EQ(Judge("x.str = a", {{"x.str", One("a")}, {"x.int", One("bad")}}),
            "true");
}

}  // namespace
}  // namespace eyrie::rules

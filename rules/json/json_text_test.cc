// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace eyrie::rules {
namespace {

std::string Text(absl::string_view json) {
  Scratch scratch;
  const Json value = *ParseJson(json);
  return std::string(JsonText(value, scratch));
}

TEST(JsonTextTest, PrintsScalars) {
  EXPECT_EQ(Text(R"("a \"b\" \u00e9")"), "a \"b\" \xc3\xa9");
  EXPECT_EQ(Text(R"("")"), "");
  EXPECT_EQ(Text("true"), "true");
  EXPECT_EQ(Text("false"), "false");
  EXPECT_EQ(Text("null"), "null");
  EXPECT_EQ(Text("-7"), "-7");
  EXPECT_EQ(Text("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Text("0.5"), "0.5");
}

TEST(JsonTextTest, PrintsTreesAsJson) {
  for (const char* text : {"{}", "[]", R"({"a":[1,{"b":null}],"c":{"d":true}})",
                           R"(["\"","\\","\b\f\n\r\t","\u0000","\u001f",")"
                           "\x7f\xc3\xa9"
                           R"("])"}) {
    EXPECT_EQ(Text(text), text);
    EXPECT_EQ(Text(text), ParseJson(text)->dump());
  }
  EXPECT_EQ(Text(R"({ "b" : 1 , "a" : 2 })"), R"({"a":2,"b":1})");
}

TEST(JsonTextTest, IndentsAsTheReferenceDoes) {
  Scratch scratch;
  const Json value = *ParseJson(R"({"verb":"get","list":[1,[]],"empty":{}})");
  EXPECT_EQ(IndentedJson(value, scratch),
            "{\n"
            "  \"empty\": {},\n"
            "  \"list\": [\n"
            "    1,\n"
            "    []\n"
            "  ],\n"
            "  \"verb\": \"get\"\n"
            "}");
}

}  // namespace
}  // namespace eyrie::rules

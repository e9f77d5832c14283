// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

namespace eyrie::rules {
namespace {

TEST(JsonParserTest, KeepsTheLastOfTwoMembers) {
  const absl::StatusOr<Json> parsed = ParseJson(R"({"b":1,"a":2,"b":3})");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->dump(), R"({"a":2,"b":3})");
}

TEST(JsonParserTest, SaysWhereTheMistakeIs) {
  struct Case {
    std::string text;
    std::string message;
  };
  for (const Case& test : std::vector<Case>{
           {"", "no JSON: mistake at byte 1"},
           {"{", "no JSON: mistake at byte 2"},
           {R"({"a":})", "no JSON: mistake at byte 6"},
           {"{} {}", "no JSON: mistake at byte 4"},
           {"[\"\xff\"]", "no JSON: mistake at byte 3"},
           {"]]]", "no JSON: mistake at byte 1"},
           {"\"open [[", "no JSON: mistake at byte 9"},
           {"[1e999]", "no JSON: a number is too large"},
       }) {
    const absl::StatusOr<Json> parsed = ParseJson(test.text);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument)
        << test.text;
    EXPECT_EQ(parsed.status().message(), test.message) << test.text;
  }
}

TEST(JsonParserTest, RefusesWhatIsTooLong) {
  JsonLimits limits;
  limits.max_bytes = 10;
  EXPECT_TRUE(ParseJson(R"({"a":"bc"})", limits).ok());
  EXPECT_EQ(ParseJson(R"({"a":"bcd"})", limits).status(),
            absl::ResourceExhaustedError("JSON of more than 10 bytes"));
}

TEST(JsonParserTest, RefusesWhatIsTooDeep) {
  JsonLimits limits;
  limits.max_depth = 3;
  EXPECT_TRUE(ParseJson(R"([[[1]],[[2]]])", limits).ok());
  EXPECT_EQ(
      ParseJson(R"([{"a":[{}]}])", limits).status(),
      absl::ResourceExhaustedError("JSON nested more than 3 levels deep"));
  // Brackets in strings are no levels.
  EXPECT_TRUE(ParseJson(R"(["[[[[{{{{\"[[["])", limits).ok());
  // The limit of the product: no recursion overflows the stack below it.
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(ParseJson(deep).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(JsonParserTest, RefusesTooManyValues) {
  JsonLimits limits;
  limits.max_values = 4;
  EXPECT_TRUE(ParseJson("[1,2,3]", limits).ok());
  EXPECT_EQ(ParseJson("[1,2,3,4]", limits).status(),
            absl::ResourceExhaustedError("JSON with more than 4 values"));
}

TEST(ParseJsonCutTest, ReadsAsParseJson) {
  for (const char* text :
       {"null", "true", "7", "-7", "1.5", "18446744073709551615",
        R"("a\u00e9")", "[]", "{}", R"([1,[2,{"a":[]}],{"b":{"c":null}}])",
        R"({"a":1,"a":2})"}) {
    uint64_t cut = 0;
    const auto json = ParseJsonCut(text, {}, &cut);
    ASSERT_TRUE(json.ok()) << text << json.status();
    EXPECT_EQ(*json, *ParseJson(text)) << text;
    EXPECT_EQ(cut, 0u) << text;
  }
  for (const char* text :
       {"", "{", "[1,]", "{\"a\"}", "\"\xff\"", "1e999", "[] x"}) {
    uint64_t cut = 0;
    EXPECT_EQ(ParseJsonCut(text, {}, &cut).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(ParseJsonCutTest, CutsOffWhatIsTooDeep) {
  JsonLimits limits;
  limits.max_depth = 2;
  uint64_t cut = 0;
  EXPECT_EQ(*ParseJsonCut(R"({"a":[1,[2,[3]],{"b":4},5],"c":{"d":{}},"e":6})",
                          limits, &cut),
            *ParseJson(R"({"a":[1,null,null,5],"c":{"d":null},"e":6})"));
  EXPECT_EQ(cut, 3u);
  const std::string deep =
      std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_TRUE(ParseJsonCut(deep, {}, &cut).ok());
  limits.max_bytes = 10;
  EXPECT_EQ(ParseJsonCut(R"({"a":"bcde"})", limits, &cut).status(),
            absl::ResourceExhaustedError("JSON of more than 10 bytes"));
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/json_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using eyrie::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(JsonValueTest, ReadsWhatIsThere) {
  ASSERT_OK_AND_ASSIGN(
      const nlohmann::json document,
      ParseJsonText(R"({"a": {"b": "text"}, "l": ["x", 1, "y"], "t": true,
                        "n": 7, "big": 18446744073709551615})"));
  const JsonValue json(&document);
  EXPECT_EQ(json.At({"a", "b"}).Text(), "text");
  EXPECT_THAT(json["l"].Texts(), ElementsAre("x", "y"));
  EXPECT_EQ(json["l"].Elements().size(), 3u);
  EXPECT_EQ(json["t"].Bool(), true);
  EXPECT_EQ(json["n"].Number(), 7u);
  EXPECT_EQ(json["big"].Number(), UINT64_MAX);
  EXPECT_EQ(json["a"].Members().size(), 1u);
  EXPECT_EQ(json["a"].Dump(), R"({"b":"text"})");
  google::protobuf::Map<std::string, std::string> map;
  json["a"].CopyTo(&map);
  EXPECT_EQ(map["b"], "text");
}

TEST(JsonValueTest, WhatIsMissingOrOfAnotherTypeIsEmpty) {
  for (const char* const text :
       {"{}", "[]", "null", "7", "\"x\"", "{\"a\": null}", "{\"a\": -1}",
        "{\"a\": 1.5}", "{\"a\": {\"b\": []}}"}) {
    ASSERT_OK_AND_ASSIGN(const nlohmann::json document, ParseJsonText(text));
    const JsonValue json(&document);
    EXPECT_EQ(json["a"].Text(), "") << text;
    EXPECT_EQ(json["a"].Number(), 0u) << text;
    EXPECT_EQ(json["a"].Bool(), std::nullopt) << text;
    EXPECT_THAT(json["a"].Texts(), IsEmpty()) << text;
    EXPECT_EQ(json.At({"a", "b", "c"}).exists(), false) << text;
  }
  EXPECT_EQ(JsonValue()["a"].Dump(), "");
}

TEST(JsonValueTest, RefusesWhatIsNoJsonOrTooDeep) {
  for (const std::string& text :
       {std::string(""), std::string("{"), std::string("{\"a\":}"),
        std::string(100'000, '['),
        std::string(100, '[') + std::string(100, ']')}) {
    EXPECT_THAT(ParseJsonText(text),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << text.substr(0, 20);
  }
  EXPECT_OK(ParseJsonText(std::string(60, '[') + std::string(60, ']')));
}

}  // namespace
}  // namespace eyrie::collector

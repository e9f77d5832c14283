// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "rules/json/testing/read_json_field.h"

namespace eyrie::rules {
namespace {

using testing::MakeJsonEvent;
using testing::ReadJsonField;

JsonFieldSpec Spec(std::string name) {
  JsonFieldSpec spec;
  spec.name = std::move(name);
  return spec;
}

TEST(JsonCatalogTest, ReadsFieldsAtPaths) {
  JsonCatalog catalog;
  JsonFieldSpec number = Spec("x.number");
  number.type = FieldType::kUint64;
  JsonFieldSpec list = Spec("x.list");
  list.is_list = true;
  list.argument_rule = ArgumentRule::kOptional;
  list.argument_kind = ArgumentKind::kIndex;
  ASSERT_TRUE(catalog.AddPath(number, "/n").ok());
  ASSERT_TRUE(catalog.AddPath(list, "/list/*").ok());
  ASSERT_TRUE(catalog.AddPath(Spec("x.first"), "/list/*").ok());

  const JsonEvent event = MakeJsonEvent(R"({"n":33.0,"list":["a",null,2]})");
  testing::ExpectJsonFields(catalog, event,
                            {{"x.number", "33"},
                             {"x.list", "a | 2"},
                             {"x.list[0]", "a"},
                             {"x.list[1]", "<absent>"},
                             {"x.list[2]", "2"},
                             {"x.list[3]", "<absent>"},
                             {"x.list[99999999999999999999]", "<absent>"},
                             {"x.first", "a"}});
  for (const auto& [json, expected] :
       {std::pair(R"({"n":"42"})", "42"), std::pair(R"({"n":7})", "7"),
        std::pair(R"({"n":-1})", "<absent>"),
        std::pair(R"({"n":-0.5})", "<absent>"),
        std::pair(R"({"n":1e300})", "<absent>"),
        std::pair(R"({"n":"many"})", "<absent>"),
        std::pair(R"({"n":[1]})", "<absent>"),
        std::pair(R"({"n":null})", "<absent>"), std::pair("[]", "<absent>"),
        std::pair("3", "<absent>")}) {
    EXPECT_EQ(ReadJsonField(catalog, MakeJsonEvent(json), "x.number"), expected)
        << json;
  }
}

TEST(JsonCatalogTest, ChecksArguments) {
  JsonCatalog catalog;
  JsonFieldSpec list = Spec("x.list");
  list.argument_rule = ArgumentRule::kOptional;
  list.argument_kind = ArgumentKind::kIndex;
  JsonFieldSpec key = Spec("x.key");
  key.argument_rule = ArgumentRule::kRequired;
  key.argument_kind = ArgumentKind::kKey;
  ASSERT_TRUE(catalog.AddPath(list, "/list/*").ok());
  ASSERT_TRUE(catalog.AddPath(key, "/key").ok());
  ASSERT_TRUE(catalog.AddPath(Spec("x.plain"), "/plain").ok());

  const JsonEvent event = MakeJsonEvent("{}");
  testing::ExpectJsonFields(
      catalog, event,
      {{"x.list[-1]",
        "error: `x.list` wants a number from 0 in brackets, not `-1`"},
       {"x.list[01]",
        "error: `x.list` wants a number from 0 in brackets, not `01`"},
       {"x.list[]",
        "error: `x.list` wants a number from 0 in brackets, not ``"},
       {"x.key", "error: `x.key` needs an argument in brackets"},
       {"x.key[]", "<absent>"},
       {"x.plain[1]", "error: `x.plain` takes no argument"},
       {"x.other", "error: no field x.other"}});
}

TEST(JsonCatalogTest, RefusesASecondFieldOfAName) {
  JsonCatalog catalog;
  ASSERT_TRUE(catalog.AddPath(Spec("x.b"), "/b").ok());
  ASSERT_TRUE(catalog.AddPath(Spec("x.a"), "/a").ok());
  EXPECT_EQ(catalog.AddPath(Spec("x.a"), "/c").code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(catalog.AddPath(Spec("x.c"), "/~").code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(catalog.Names(), ::testing::ElementsAre("x.a", "x.b"));
  EXPECT_EQ(catalog.Fields().size(), 2u);
}

}  // namespace
}  // namespace eyrie::rules

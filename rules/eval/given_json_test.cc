// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/given_json.h"

#include <string>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "common/testing/status_matchers.h"
#include "rules/check/default_catalog.h"

namespace eyrie::rules {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST(GivenJsonTest, ReadsEveryForm) {
  ASSERT_OK_AND_ASSIGN(
      const GivenFields fields,
      ReadGivenFields(Json::parse(
          R"({"t": "x", "n": -5, "u": 18446744073709551615, "r": 0.5,
              "b": true, "null": null, "hex": {"hex": "CAfe"},
              "list": ["a", null, {"hex": ""}], "none": []})")));
  ASSERT_EQ(fields.size(), 9u);
  const auto first = [&fields](const char* name) {
    return fields.at(name).items.at(0);
  };
  EXPECT_EQ(std::get<std::string>(first("t")), "x");
  EXPECT_EQ(std::get<int64_t>(first("n")), -5);
  EXPECT_EQ(std::get<uint64_t>(first("u")), UINT64_MAX);
  EXPECT_EQ(std::get<double>(first("r")), 0.5);
  EXPECT_EQ(std::get<bool>(first("b")), true);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(first("null")));
  EXPECT_EQ(std::get<GivenBytes>(first("hex")).bytes, "\xca\xfe");
  EXPECT_TRUE(fields.at("list").is_array);
  EXPECT_EQ(fields.at("list").items.size(), 3u);
  EXPECT_TRUE(fields.at("none").is_array);
  EXPECT_TRUE(fields.at("none").items.empty());
}

TEST(GivenJsonTest, NamesTheFieldOfAnotherForm) {
  for (const char* json :
       {R"({"a.b": [[]]})", R"({"a.b": {}})", R"({"a.b": {"hex": 1}})",
        R"({"a.b": {"hex": "abc"}})", R"({"a.b": {"hex": "xx"}})",
        R"({"a.b": {"hex": "aa", "oct": "1"}})"}) {
    EXPECT_THAT(
        ReadGivenFields(Json::parse(json)),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.b: ")))
        << json;
  }
  EXPECT_THAT(ReadGivenFields(Json::parse("[]")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GivenJsonTest, AddsTestFields) {
  OverlayCatalog catalog(DefaultCatalog());
  EXPECT_THAT(AddTestFields(Json::parse(R"({
    "tst.a": {"type": "UINT16", "list": true, "class": "tst", "no_rhs": true},
    "tst.b": {"type": "CHARBUF", "arg": "required", "arg_key": true,
              "no_transformer": true}})"),
                            catalog),
              IsOk());
  std::string dot_argument;
  const FieldInfo* const a = catalog.Find("tst.a", &dot_argument);
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->bits, 16);
  EXPECT_EQ(a->quantifier, Quantifier::kList);
  EXPECT_TRUE(a->no_right_side);
  const FieldInfo* const b = catalog.Find("tst.b", &dot_argument);
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->argument_rule, ArgumentRule::kRequired);
  EXPECT_EQ(b->argument_kind, ArgumentKind::kKey);
  EXPECT_TRUE(b->no_transformer);
}

TEST(GivenJsonTest, NamesATestFieldThatCannotBeAdded) {
  for (const char* json :
       {R"({"tst.a": 1})", R"({"tst.a": {}})", R"({"tst.a": {"type": "X"}})",
        R"({"tst.a": {"type": "BOOL", "list": "yes"}})"}) {
    OverlayCatalog catalog(DefaultCatalog());
    EXPECT_THAT(
        AddTestFields(Json::parse(json), catalog),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tst.a")))
        << json;
  }
  OverlayCatalog catalog(DefaultCatalog());
  EXPECT_THAT(AddTestFields(Json::parse("[]"), catalog),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace eyrie::rules

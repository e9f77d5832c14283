// SPDX-License-Identifier: Apache-2.0

#include "rules/check/operators.h"

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

struct Case {
  FieldType type;
  bool is_list;
  absl::string_view operators;
};

TEST(OperatorsTest, FollowTheTableOfTheLanguage) {
  constexpr absl::string_view kText =
      "= != < <= > >= exists in intersects pmatch contains icontains "
      "startswith endswith glob iglob regex";
  constexpr absl::string_view kNumber = "= != < <= > >= exists in intersects";
  constexpr absl::string_view kPlain = "= != exists in intersects";
  constexpr absl::string_view kList = "exists in intersects";
  const Case cases[] = {
      {FieldType::kString, false, kText},
      {FieldType::kPath, false, kText},
      {FieldType::kBytes, false,
       "= != exists in intersects contains bcontains startswith bstartswith "
       "endswith"},
      {FieldType::kBool, false, kPlain},
      {FieldType::kInt64, false, kNumber},
      {FieldType::kUint64, false, kNumber},
      {FieldType::kDouble, false, kNumber},
      {FieldType::kPort, false, kNumber},
      {FieldType::kIpAddress, false, kPlain},
      {FieldType::kIpNet, false, kPlain},
      {FieldType::kRelativeTime, false, kNumber},
      {FieldType::kAbsoluteTime, false, kNumber},
      {FieldType::kString, true, kList},
      {FieldType::kPath, true, "exists"},
      {FieldType::kBytes, true, "exists"},
      {FieldType::kBool, true, kList},
      {FieldType::kInt64, true, "exists"},
      {FieldType::kUint64, true, kList},
      {FieldType::kDouble, true, "exists"},
      {FieldType::kPort, true, "exists"},
      {FieldType::kIpAddress, true, kList},
      {FieldType::kIpNet, true, kList},
      {FieldType::kRelativeTime, true, kList},
      {FieldType::kAbsoluteTime, true, kList},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(absl::StrJoin(LegalOperators(test.type, test.is_list), " "),
              test.operators)
        << (test.is_list ? "list of " : "") << FieldTypeName(test.type);
  }
}

TEST(OperatorsTest, SomeTakeNoFieldOnTheRight) {
  using ast::Operator;
  EXPECT_TRUE(TakesRightField(Operator::kEqual, FieldType::kString));
  EXPECT_TRUE(TakesRightField(Operator::kIn, FieldType::kIpAddress));
  EXPECT_FALSE(TakesRightField(Operator::kRegex, FieldType::kString));
  EXPECT_FALSE(TakesRightField(Operator::kPmatch, FieldType::kString));
  EXPECT_FALSE(TakesRightField(Operator::kEqual, FieldType::kIpNet));
}

}  // namespace
}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// Tests of the status macros.

#include "common/status_macros.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::Pair;
using ::testing::Pointee;

absl::Status FailIf(bool is_failure) {
  return is_failure ? absl::NotFoundError("no such rule") : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<int>> NumberUnless(bool is_failure, int number) {
  if (is_failure) return absl::DataLossError("number is gone");
  return std::make_unique<int>(number);
}

TEST(ReturnIfErrorTest, GoesOnAfterSuccess) {
  const auto function = [](bool is_failure) -> absl::Status {
    EYRIE_RETURN_IF_ERROR(FailIf(is_failure));
    return absl::AbortedError("went on");
  };
  EXPECT_THAT(function(false), StatusIs(absl::StatusCode::kAborted, "went on"));
  EXPECT_THAT(function(true),
              StatusIs(absl::StatusCode::kNotFound, "no such rule"));
}

TEST(ReturnIfErrorTest, IsOneStatement) {
  const auto function = [](bool condition) -> absl::Status {
    // NOLINTBEGIN(readability-braces-around-statements): what is tested.
    if (condition)
      EYRIE_RETURN_IF_ERROR(FailIf(true));
    else
      return absl::AbortedError("else");
    // NOLINTEND(readability-braces-around-statements)
    return absl::OkStatus();
  };
  EXPECT_THAT(function(true), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(function(false), StatusIs(absl::StatusCode::kAborted));
}

TEST(ReturnIfErrorTest, EvaluatesItsExpressionOnce) {
  int count = 0;
  const auto function = [&count]() -> absl::Status {
    EYRIE_RETURN_IF_ERROR((++count, absl::OkStatus()));
    return absl::OkStatus();
  };
  EXPECT_THAT(function(), IsOk());
  EXPECT_EQ(count, 1);
}

TEST(AssignOrReturnTest, MovesTheValueToADeclaration) {
  const auto function = [](bool is_failure) -> absl::StatusOr<int> {
    EYRIE_ASSIGN_OR_RETURN(const std::unique_ptr<int> number,
                           NumberUnless(is_failure, 7));
    return *number;
  };
  EXPECT_THAT(function(false), IsOkAndHolds(7));
  EXPECT_THAT(function(true),
              StatusIs(absl::StatusCode::kDataLoss, "number is gone"));
}

TEST(AssignOrReturnTest, MovesTheValueToAVariable) {
  std::unique_ptr<int> number;
  const auto function = [&number](int value) -> absl::Status {
    EYRIE_ASSIGN_OR_RETURN(number, NumberUnless(value < 0, value));
    return absl::OkStatus();
  };
  EXPECT_THAT(function(3), IsOk());
  EXPECT_THAT(number, Pointee(3));
  EXPECT_THAT(function(-1), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(number, Pointee(3));
}

TEST(AssignOrReturnTest, TakesTypesWithCommas) {
  const auto pair = [](int a, int b) -> absl::StatusOr<std::pair<int, int>> {
    return std::make_pair(a, b);
  };
  const auto function = [&]() -> absl::StatusOr<std::pair<int, int>> {
    EYRIE_ASSIGN_OR_RETURN((std::pair<int, int> first), pair(1, 2));
    EYRIE_ASSIGN_OR_RETURN((const auto& [a, b]), pair(first.second, 3));
    return std::make_pair(a, b);
  };
  EXPECT_THAT(function(), IsOkAndHolds(Pair(2, 3)));
}

}  // namespace
}  // namespace eyrie

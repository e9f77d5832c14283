// SPDX-License-Identifier: Apache-2.0
//
// Tests of the status matchers.

#include "common/testing/status_matchers.h"

#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eyrie::testing {
namespace {

using ::testing::Eq;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;

const absl::Status& NotFound() {
  static const auto* const status =
      new absl::Status(absl::StatusCode::kNotFound, "no rule named shell");
  return *status;
}

// Returns what a failed EXPECT_THAT would say of `value`.
template <typename T, typename MatcherType>
std::string Explain(const T& value, MatcherType matcher) {
  ::testing::StringMatchResultListener listener;
  ::testing::ExplainMatchResult(matcher, value, &listener);
  return listener.str();
}

TEST(IsOkTest, MatchesOkOnly) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(NotFound(), Not(IsOk()));
  EXPECT_THAT(absl::StatusOr<int>(1), IsOk());
  EXPECT_THAT(absl::StatusOr<int>(NotFound()), Not(IsOk()));
  EXPECT_EQ(Explain(NotFound(), IsOk()),
            "which is NOT_FOUND: no rule named shell");
}

TEST(StatusIsTest, MatchesCodeAndMessage) {
  EXPECT_THAT(NotFound(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(NotFound(), Not(StatusIs(absl::StatusCode::kInternal)));
  EXPECT_THAT(NotFound(),
              StatusIs(absl::StatusCode::kNotFound, "no rule named shell"));
  EXPECT_THAT(NotFound(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("shell")));
  EXPECT_THAT(NotFound(),
              Not(StatusIs(absl::StatusCode::kNotFound, HasSubstr("bash"))));
  EXPECT_THAT(absl::StatusOr<int>(NotFound()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("shell")));
}

TEST(IsOkAndHoldsTest, MatchesTheValue) {
  EXPECT_THAT(absl::StatusOr<int>(3), IsOkAndHolds(3));
  EXPECT_THAT(absl::StatusOr<int>(3), IsOkAndHolds(Gt(2)));
  EXPECT_THAT(absl::StatusOr<int>(3), Not(IsOkAndHolds(4)));
  EXPECT_THAT(absl::StatusOr<int>(NotFound()), Not(IsOkAndHolds(3)));
  EXPECT_THAT(absl::StatusOr<std::string>("text"), IsOkAndHolds("text"));
  EXPECT_EQ(Explain(absl::StatusOr<int>(NotFound()), IsOkAndHolds(Eq(3))),
            "which has status NOT_FOUND: no rule named shell");
}

TEST(IsOkAndHoldsTest, TakesValuesThatOnlyMove) {
  const absl::StatusOr<std::unique_ptr<int>> status_or =
      std::make_unique<int>(3);
  EXPECT_THAT(status_or, IsOkAndHolds(Pointee(3)));
}

TEST(AssignTest, MovesTheValue) {
  ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<int> number,
      absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(3)));
  EXPECT_THAT(number, Pointee(3));
  ASSERT_OK(absl::OkStatus());
  EXPECT_OK(absl::StatusOr<int>(3));
}

}  // namespace
}  // namespace eyrie::testing

// SPDX-License-Identifier: Apache-2.0
//
// GoogleTest matchers for absl::Status and absl::StatusOr.
//
// Usage:
//
//   EXPECT_THAT(store->Flush(), IsOk());
//   EXPECT_THAT(Parse("7"), IsOkAndHolds(7));
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument));
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument,
//                                    HasSubstr("not a number")));
//   ASSERT_OK_AND_ASSIGN(const int number, Parse("7"));

#ifndef EYRIE_COMMON_TESTING_STATUS_MATCHERS_H_
#define EYRIE_COMMON_TESTING_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eyrie::testing {

namespace internal {

inline const absl::Status& GetStatus(const absl::Status& status) {
  return status;
}

template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

// Matches an OK StatusOr whose value matches `inner`.
template <typename StatusOrType>
class IsOkAndHoldsMatcher : public ::testing::MatcherInterface<StatusOrType> {
 public:
  using Value = typename std::remove_reference_t<StatusOrType>::value_type;

  template <typename Inner>
  explicit IsOkAndHoldsMatcher(const Inner& inner)
      : inner_(::testing::SafeMatcherCast<const Value&>(inner)) {}

  void DescribeTo(std::ostream* os) const override {
    *os << "is OK and has a value that ";
    inner_.DescribeTo(os);
  }

  void DescribeNegationTo(std::ostream* os) const override {
    *os << "is not OK or has a value that ";
    inner_.DescribeNegationTo(os);
  }

  bool MatchAndExplain(
      StatusOrType actual,
      ::testing::MatchResultListener* listener) const override {
    if (!actual.ok()) {
      *listener << "which has status " << actual.status().ToString();
      return false;
    }
    return inner_.MatchAndExplain(*actual, listener);
  }

 private:
  const ::testing::Matcher<const Value&> inner_;
};

// Becomes an IsOkAndHoldsMatcher for the type it is compared with.
template <typename Inner>
class PolymorphicIsOkAndHolds {
 public:
  explicit PolymorphicIsOkAndHolds(Inner inner) : inner_(std::move(inner)) {}

  template <typename StatusOrType>
  operator ::testing::Matcher<StatusOrType>() const {  // NOLINT
    return ::testing::Matcher<StatusOrType>(
        new IsOkAndHoldsMatcher<const StatusOrType&>(inner_));
  }

 private:
  Inner inner_;
};

}  // namespace internal

// Matches an absl::Status or absl::StatusOr that is OK.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status& status = internal::GetStatus(arg);
  if (!status.ok()) *result_listener << "which is " << status.ToString();
  return status.ok();
}

// Matches an absl::Status or absl::StatusOr with this code.
MATCHER_P(StatusIs, code,
          std::string(negation ? "does not have" : "has") + " code " +
              absl::StatusCodeToString(code)) {
  const absl::Status& status = internal::GetStatus(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code;
}

// As above, with a message that matches: a string or a matcher of strings.
MATCHER_P2(StatusIs, code, message,
           std::string(negation ? "does not have" : "has") + " code " +
               absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message)) {
  const absl::Status& status = internal::GetStatus(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code &&
         ::testing::Matches(message)(std::string(status.message()));
}

// Matches an absl::StatusOr that is OK with a value that matches `inner`: a
// value or a matcher.
template <typename Inner>
internal::PolymorphicIsOkAndHolds<std::decay_t<Inner>> IsOkAndHolds(
    Inner&& inner) {
  return internal::PolymorphicIsOkAndHolds<std::decay_t<Inner>>(
      std::forward<Inner>(inner));
}

}  // namespace eyrie::testing

#define EXPECT_OK(expression) \
  EXPECT_THAT((expression), ::eyrie::testing::IsOk())
#define ASSERT_OK(expression) \
  ASSERT_THAT((expression), ::eyrie::testing::IsOk())

// Fails the test if `expression`, an absl::StatusOr, is not OK; otherwise moves
// its value to `target`, a variable or its declaration.
#define ASSERT_OK_AND_ASSIGN(target, ...)                              \
  EYRIE_STATUS_MATCHERS_ASSIGN_(                                       \
      EYRIE_STATUS_MATCHERS_JOIN_(eyrie_status_or_, __LINE__), target, \
      (__VA_ARGS__))

#define EYRIE_STATUS_MATCHERS_ASSIGN_(result, target, expression) \
  auto result = expression;                                       \
  ASSERT_THAT(result, ::eyrie::testing::IsOk());                  \
  target = *std::move(result)
#define EYRIE_STATUS_MATCHERS_JOIN_(a, b) \
  EYRIE_STATUS_MATCHERS_JOIN_INNER_(a, b)
#define EYRIE_STATUS_MATCHERS_JOIN_INNER_(a, b) a##b

#endif  // EYRIE_COMMON_TESTING_STATUS_MATCHERS_H_

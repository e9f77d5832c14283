// SPDX-License-Identifier: Apache-2.0
//
// Macros that pass a failed absl::Status on to the caller.
//
// Usage, in a function that returns absl::Status or absl::StatusOr<T>:
//
//   EYRIE_RETURN_IF_ERROR(store->Flush());
//   EYRIE_ASSIGN_OR_RETURN(const Rule rule, store->GetRule(name));
//   EYRIE_ASSIGN_OR_RETURN(rule_, store->GetRule(name));
//
// Context is added once, where it is known, by a Status of the function's own;
// the macros add none. A type with a comma needs parentheses or an alias:
//
//   EYRIE_ASSIGN_OR_RETURN((std::pair<int, int> limits), ReadLimits());

#ifndef EYRIE_COMMON_STATUS_MACROS_H_
#define EYRIE_COMMON_STATUS_MACROS_H_

#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the function if `expression`, an absl::Status, is not OK.
#define EYRIE_RETURN_IF_ERROR(expression)           \
  do {                                              \
    if (::absl::Status eyrie_status = (expression); \
        ABSL_PREDICT_FALSE(!eyrie_status.ok())) {   \
      return eyrie_status;                          \
    }                                               \
  } while (false)

// Returns from the function if `expression`, an absl::StatusOr<T>, is not OK;
// otherwise moves its value to `target`, a variable or its declaration.
//
// Expands to several statements: it cannot be the body of an `if` without
// braces.
#define EYRIE_ASSIGN_OR_RETURN(target, ...)                          \
  EYRIE_STATUS_MACROS_ASSIGN_OR_RETURN_(                             \
      EYRIE_STATUS_MACROS_JOIN_(eyrie_status_or_, __LINE__), target, \
      (__VA_ARGS__))

// What follows is private to this file.

#define EYRIE_STATUS_MACROS_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = expression;                                               \
  if (ABSL_PREDICT_FALSE(!result.ok())) {                                 \
    return std::move(result).status();                                    \
  }                                                                       \
  EYRIE_STATUS_MACROS_UNPARENTHESIZE_(target) = *std::move(result)

#define EYRIE_STATUS_MACROS_JOIN_(a, b) EYRIE_STATUS_MACROS_JOIN_INNER_(a, b)
#define EYRIE_STATUS_MACROS_JOIN_INNER_(a, b) a##b

// `(x)` -> `x`; what is not in parentheses stays. EAT_##MARK(x) turns the
// first into nothing plus x: the macro MARK is only called when its argument
// opens with a parenthesis.
#define EYRIE_STATUS_MACROS_UNPARENTHESIZE_(x) \
  EYRIE_STATUS_MACROS_EAT_(EYRIE_STATUS_MACROS_MARK_ x)
#define EYRIE_STATUS_MACROS_EAT_(...) \
  EYRIE_STATUS_MACROS_EAT_INNER_(__VA_ARGS__)
#define EYRIE_STATUS_MACROS_EAT_INNER_(...) \
  EYRIE_STATUS_MACROS_GONE_##__VA_ARGS__
#define EYRIE_STATUS_MACROS_MARK_(...) EYRIE_STATUS_MACROS_MARK_ __VA_ARGS__
#define EYRIE_STATUS_MACROS_GONE_EYRIE_STATUS_MACROS_MARK_

#endif  // EYRIE_COMMON_STATUS_MACROS_H_

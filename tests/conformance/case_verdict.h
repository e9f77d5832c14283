// SPDX-License-Identifier: Apache-2.0
//
// Judges conformance cases.

#ifndef EYRIE_TESTS_CONFORMANCE_CASE_VERDICT_H_
#define EYRIE_TESTS_CONFORMANCE_CASE_VERDICT_H_

#include <string>

#include "nlohmann/json_fwd.hpp"

#include "rules/eval/condition.h"

namespace eyrie::rules {

// "true", "false" or "error": what both evaluators say of a condition over a
// case's `fields`. Anything else tells what is wrong: that they differ, or that
// a value is none of its field's type. `compiled` is null if the condition was
// refused.
std::string Verdict(const Condition* compiled, const nlohmann::json& fields);

}  // namespace eyrie::rules

#endif  // EYRIE_TESTS_CONFORMANCE_CASE_VERDICT_H_

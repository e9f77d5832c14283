// SPDX-License-Identifier: Apache-2.0
//
// Values and fields of conformance cases, as JSON gives them.

#ifndef EYRIE_TESTS_CONFORMANCE_CASE_VALUES_H_
#define EYRIE_TESTS_CONFORMANCE_CASE_VALUES_H_

#include <string>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

#include "rules/check/overlay_catalog.h"
#include "rules/eval/condition.h"
#include "rules/eval/given_fields.h"

namespace eyrie::rules {

// The `fields` of a case: null is absent, an array has several values,
// {"hex": "cafe"} is bytes. REQUIRES: `json` is an object of such.
GivenFields ReadGivenFields(const nlohmann::json& json);

// Adds the fields of a fields.json to `catalog`. Returns kInvalidArgument,
// naming the field, if one is not described as README.md says.
absl::Status AddTestFields(const nlohmann::json& json, OverlayCatalog& catalog);

// "true", "false" or "error": what both evaluators say of `condition`. Anything
// else tells what is wrong: that they differ, or that a value is none of its
// field's type. `compiled` is null if the condition was refused.
std::string Verdict(const Condition* compiled, const GivenFields& fields);

}  // namespace eyrie::rules

#endif  // EYRIE_TESTS_CONFORMANCE_CASE_VALUES_H_

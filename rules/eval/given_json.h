// SPDX-License-Identifier: Apache-2.0
//
// Reads given values out of JSON.

#ifndef EYRIE_RULES_EVAL_GIVEN_JSON_H_
#define EYRIE_RULES_EVAL_GIVEN_JSON_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"

#include "rules/check/overlay_catalog.h"
#include "rules/eval/given_fields.h"

namespace eyrie::rules {

// The object `json`: fields as rules write them, with their values. A value is
// a text, a number, a boolean, null (absent), {"hex": "cafe"} for bytes, or an
// array of these.
//
// Returns kInvalidArgument, naming the field, for every other form.
absl::StatusOr<GivenFields> ReadGivenFields(const nlohmann::json& json);

// Adds the fields of the object `json` to `catalog`. Their names are its keys;
// each value is an object with `type` (CHARBUF, UINT64, ...) and, where they
// apply, `list`, `arg` ("optional" or "required"), `arg_index`, `arg_key`,
// `no_transformer` and `no_rhs`. Other keys are ignored.
//
// Returns kInvalidArgument, naming the field, if one cannot be added; those
// before it are added then.
absl::Status AddTestFields(const nlohmann::json& json, OverlayCatalog& catalog);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_GIVEN_JSON_H_

// SPDX-License-Identifier: Apache-2.0
//
// Every field that conditions and outputs may name.

#ifndef EYRIE_RULES_FIELDS_FIELD_CATALOG_H_
#define EYRIE_RULES_FIELDS_FIELD_CATALOG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// All fields, sorted by name. Static data: lives for ever.
absl::Span<const FieldInfo* const> AllFields();

// The field a name in a rule refers to: exact names, and families whose
// argument may stand behind a dot (evt.arg.NAME is evt.arg[NAME]; then
// `dot_argument` gets NAME). Null if there is none.
const FieldInfo* FindField(absl::string_view name, std::string* dot_argument);

// Checks the argument of one use of `field` and resolves it. Returns
// kInvalidArgument with a message for the rule's author.
absl::StatusOr<FieldArgument> ParseFieldArgument(const FieldInfo& field,
                                                 bool given,
                                                 absl::string_view text);

// Why this use of a field has no value yet, or empty: FieldInfo::unavailable,
// or that only events of the later sensor work have the argument
// (evt.arg.request). Completes "not available yet:". Lives for ever.
//
// REQUIRES: `argument` came from ParseFieldArgument() for `field`.
absl::string_view UnavailableReason(const FieldInfo& field,
                                    const FieldArgument& argument);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_FIELD_CATALOG_H_

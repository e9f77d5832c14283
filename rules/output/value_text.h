// SPDX-License-Identifier: Apache-2.0
//
// Values of fields as people read them.

#ifndef EYRIE_RULES_OUTPUT_VALUE_TEXT_H_
#define EYRIE_RULES_OUTPUT_VALUE_TEXT_H_

#include <cstdint>
#include <string>
#include <variant>

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/field.h"

namespace eyrie::rules {

// A value typed for JSON. monostate: absent or unknown.
using TypedValue =
    std::variant<std::monostate, std::string, int64_t, uint64_t, bool, double>;

// One value as text. Strings come as they are.
std::string FormatValue(FieldType type, const Value& value);

// All that a field says: "<NA>" if it is absent or unknown. Lists print as
// "(a,b)", ancestors joined by blanks, nearest first, and of two names or ends
// of one thing the first.
std::string FormatValues(FieldType type, Quantifier quantifier,
                         const FieldValues& values);

// One field's value as text: how outputs and event listings print it.
std::string FormatValues(const FieldInfo& field, const FieldValues& values);

// The same for JSON: numbers and booleans stay what they are, times are ns,
// strings are valid UTF-8.
TypedValue ToTypedValue(FieldType type, Quantifier quantifier,
                        const FieldValues& values);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_OUTPUT_VALUE_TEXT_H_

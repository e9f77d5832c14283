// SPDX-License-Identifier: Apache-2.0
//
// Tests of one value against one other.

#ifndef EYRIE_RULES_EVAL_VALUE_TESTS_H_
#define EYRIE_RULES_EVAL_VALUE_TESTS_H_

#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/check/value.h"
#include "rules/compile/program.h"
#include "rules/fields/event.h"

namespace eyrie::rules {

// `text` with U+FFFD in place of bytes that are no valid UTF-8: what regular
// expressions see. Itself, or in `scratch`.
absl::string_view ValidUtf8(absl::string_view text, Scratch& scratch);

// Whether `value` passes `test` with `literal`. The literal of kIcontains is in
// lower case. `scratch` is for kRegex. REQUIRES: `test` asks for no set.
bool TestLiteral(Test test, const Value& value, const Literal& literal,
                 Scratch& scratch);

// Whether `value` passes `test` with the value of a field on the right.
// REQUIRES: `test` asks for no set, network or regex.
bool TestValues(Test test, const Value& value, const Value& right);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_VALUE_TESTS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Which operators each type takes.

#ifndef EYRIE_RULES_CHECK_OPERATORS_H_
#define EYRIE_RULES_CHECK_OPERATORS_H_

#include <vector>

#include "absl/strings/string_view.h"

#include "rules/check/types.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// Whether a field of this type, or of a list of it, may stand left of `op`
// (rule language, sections 6 and 16). Modifiers change nothing about it: where
// the grammar allows one, it goes with every operator the type has.
bool IsLegal(ast::Operator op, FieldType type, bool is_list);

// The operators that IsLegal() allows, for hints.
std::vector<absl::string_view> LegalOperators(FieldType type, bool is_list);

// Whether the right side may be a field or a transformer.
bool TakesRightField(ast::Operator op, FieldType type);

// <, <=, > and >=.
bool IsOrdering(ast::Operator op);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_OPERATORS_H_

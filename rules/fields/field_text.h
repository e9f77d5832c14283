// SPDX-License-Identifier: Apache-2.0
//
// Words for what a field is, for pages and tables.

#ifndef EYRIE_RULES_FIELDS_FIELD_TEXT_H_
#define EYRIE_RULES_FIELDS_FIELD_TEXT_H_

#include "absl/strings/string_view.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// "string", or what else the value is.
absl::string_view TypeText(const FieldInfo& field);

// What stands behind the name: "[N]", "[NAME]", "[N] [NAME]"; empty if nothing
// does.
absl::string_view ArgumentText(ArgumentKind kind);

// "one", "list", "any", "either".
absl::string_view ValuesText(Quantifier quantifier);

// "node", "centre".
absl::string_view OwnerText(Owner owner);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_FIELD_TEXT_H_

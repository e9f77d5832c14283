// SPDX-License-Identifier: Apache-2.0
//
// proc.* fields about the executable file of the acting process.

#ifndef EYRIE_RULES_FIELDS_EXE_FIELDS_H_
#define EYRIE_RULES_FIELDS_EXE_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> ExeFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EXE_FIELDS_H_

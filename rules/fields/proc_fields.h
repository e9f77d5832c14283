// SPDX-License-Identifier: Apache-2.0
//
// proc.* fields of the acting process and its parent.

#ifndef EYRIE_RULES_FIELDS_PROC_FIELDS_H_
#define EYRIE_RULES_FIELDS_PROC_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> ProcFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_PROC_FIELDS_H_

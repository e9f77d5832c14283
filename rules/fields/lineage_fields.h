// SPDX-License-Identifier: Apache-2.0
//
// proc.* fields that look up the chain of ancestors.

#ifndef EYRIE_RULES_FIELDS_LINEAGE_FIELDS_H_
#define EYRIE_RULES_FIELDS_LINEAGE_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> LineageFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_LINEAGE_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// fd.* fields of files, and those that all descriptors have.

#ifndef EYRIE_RULES_FIELDS_FD_FIELDS_H_
#define EYRIE_RULES_FIELDS_FD_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> FdFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_FD_FIELDS_H_

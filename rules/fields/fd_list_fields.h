// SPDX-License-Identifier: Apache-2.0
//
// Fields of the descriptors that poll waits for: fdlist.*.

#ifndef EYRIE_RULES_FIELDS_FD_LIST_FIELDS_H_
#define EYRIE_RULES_FIELDS_FD_LIST_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> FdListFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_FD_LIST_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// container.* fields.

#ifndef EYRIE_RULES_FIELDS_CONTAINER_FIELDS_H_
#define EYRIE_RULES_FIELDS_CONTAINER_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> ContainerFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_CONTAINER_FIELDS_H_

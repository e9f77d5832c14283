// SPDX-License-Identifier: Apache-2.0
//
// The fields container.mount*: what is mounted into an event's container.

#ifndef EYRIE_RULES_FIELDS_MOUNT_FIELDS_H_
#define EYRIE_RULES_FIELDS_MOUNT_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> MountFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_MOUNT_FIELDS_H_

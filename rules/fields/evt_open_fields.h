// SPDX-License-Identifier: Apache-2.0
//
// evt.is_open_* fields.

#ifndef EYRIE_RULES_FIELDS_EVT_OPEN_FIELDS_H_
#define EYRIE_RULES_FIELDS_EVT_OPEN_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> EvtOpenFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVT_OPEN_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// evt.* fields of type, result and circumstances of an event.

#ifndef EYRIE_RULES_FIELDS_EVT_FIELDS_H_
#define EYRIE_RULES_FIELDS_EVT_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> EvtFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVT_FIELDS_H_

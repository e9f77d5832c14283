// SPDX-License-Identifier: Apache-2.0
//
// evt.* fields of calls that move data or wait for it.

#ifndef EYRIE_RULES_FIELDS_EVT_IO_FIELDS_H_
#define EYRIE_RULES_FIELDS_EVT_IO_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> EvtIoFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVT_IO_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// The fields proc.is_container_*: whether a process is a health probe.

#ifndef EYRIE_RULES_FIELDS_PROBE_FIELDS_H_
#define EYRIE_RULES_FIELDS_PROBE_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> ProbeFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_PROBE_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// k8smeta.* fields.

#ifndef EYRIE_RULES_FIELDS_K8SMETA_FIELDS_H_
#define EYRIE_RULES_FIELDS_K8SMETA_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> K8smetaFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_K8SMETA_FIELDS_H_

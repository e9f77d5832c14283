// SPDX-License-Identifier: Apache-2.0
//
// thread.* fields and the resources of the acting process.

#ifndef EYRIE_RULES_FIELDS_THREAD_FIELDS_H_
#define EYRIE_RULES_FIELDS_THREAD_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> ThreadFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_THREAD_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// fs.path.* fields.

#ifndef EYRIE_RULES_FIELDS_FS_PATH_FIELDS_H_
#define EYRIE_RULES_FIELDS_FS_PATH_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> FsPathFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_FS_PATH_FIELDS_H_

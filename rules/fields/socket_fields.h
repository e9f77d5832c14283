// SPDX-License-Identifier: Apache-2.0
//
// fd.* fields of sockets.

#ifndef EYRIE_RULES_FIELDS_SOCKET_FIELDS_H_
#define EYRIE_RULES_FIELDS_SOCKET_FIELDS_H_

#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> SocketFields();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_SOCKET_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0
//
// evt.* fields that give the arguments of an event.

#ifndef EYRIE_RULES_FIELDS_EVT_ARG_FIELDS_H_
#define EYRIE_RULES_FIELDS_EVT_ARG_FIELDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// Static data: lives for ever.
absl::Span<const FieldInfo> EvtArgFields();

// evt.rawarg as a field of the type that the argument called `argument` has. If
// there is no such argument, the one that EvtArgFields() lists, of unsigned
// integers. Static data: lives for ever.
const FieldInfo* RawArgumentField(absl::string_view argument);

// Why this use of an evt.arg or evt.rawarg has no value yet, or empty.
// REQUIRES: the field's `resolve` has accepted `argument`.
absl::string_view UnavailableArgument(const FieldArgument& argument);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVT_ARG_FIELDS_H_

// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/field_text.h"

#include "rules/check/types.h"

namespace eyrie::rules {

absl::string_view TypeText(const FieldInfo& field) {
  // One row stands for all arguments.
  return field.name == "evt.rawarg" ? "the argument's"
                                    : FieldTypeName(field.type);
}

absl::string_view ArgumentText(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::kNone:
      return "";
    case ArgumentKind::kIndex:
      return "[N]";
    case ArgumentKind::kKey:
      return "[NAME]";
    case ArgumentKind::kIndexOrKey:
      return "[N] [NAME]";
  }
  return "";
}

absl::string_view ValuesText(Quantifier quantifier) {
  switch (quantifier) {
    case Quantifier::kScalar:
      return "one";
    case Quantifier::kList:
      return "list";
    case Quantifier::kAny:
      return "any";
    case Quantifier::kEither:
      return "either";
  }
  return "";
}

absl::string_view OwnerText(Owner owner) {
  return owner == Owner::kNode ? "node" : "centre";
}

}  // namespace eyrie::rules

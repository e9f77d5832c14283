// SPDX-License-Identifier: Apache-2.0
//
// A catalogue's fields as the reference has them.

#ifndef EYRIE_RULES_CHECK_REFERENCE_CATALOG_H_
#define EYRIE_RULES_CHECK_REFERENCE_CATALOG_H_

#include <string>
#include <vector>

#include "rules/check/catalog.h"

namespace eyrie::rules {

// Gives FieldInfo::in_reference for the fields that have one, for
// Compat::reference_fields.
//
// Thread safety: as Catalog.
class ReferenceCatalog : public Catalog {
 public:
  // Borrows `base`, whose fields it hands out.
  explicit ReferenceCatalog(const Catalog& base) : base_(base) {}

  const FieldInfo* Find(absl::string_view name,
                        std::string* dot_argument) const override {
    const FieldInfo* const field = base_.Find(name, dot_argument);
    return field == nullptr || field->in_reference == nullptr
               ? field
               : field->in_reference;
  }

  absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo& field, bool given,
      absl::string_view text) const override {
    return base_.ParseArgument(field, given, text);
  }

  std::vector<absl::string_view> Names() const override {
    return base_.Names();
  }

 private:
  const Catalog& base_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_REFERENCE_CATALOG_H_

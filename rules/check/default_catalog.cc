// SPDX-License-Identifier: Apache-2.0

#include "rules/check/default_catalog.h"

#include "rules/fields/field_catalog.h"

namespace eyrie::rules {
namespace {

class FieldsCatalog : public Catalog {
 public:
  const FieldInfo* Find(absl::string_view name,
                        std::string* dot_argument) const override {
    return FindField(name, dot_argument);
  }

  absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo& field, bool given,
      absl::string_view text) const override {
    return ParseFieldArgument(field, given, text);
  }

  std::vector<absl::string_view> Names() const override {
    std::vector<absl::string_view> names;
    for (const FieldInfo* field : AllFields()) names.push_back(field->name);
    return names;
  }
};

}  // namespace

const Catalog& DefaultCatalog() {
  static const FieldsCatalog catalog;
  return catalog;
}

}  // namespace eyrie::rules

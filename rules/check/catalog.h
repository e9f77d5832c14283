// SPDX-License-Identifier: Apache-2.0
//
// Where the checker looks fields up.

#ifndef EYRIE_RULES_CHECK_CATALOG_H_
#define EYRIE_RULES_CHECK_CATALOG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/fields/field.h"

namespace eyrie::rules {

// The fields that conditions may name. The product has DefaultCatalog(); tests
// and `eyrie rules eval --test-fields` add fields of their own.
//
// Thread safety: const methods may be called from any thread.
class Catalog {
 public:
  virtual ~Catalog() = default;

  // As FindField() of rules/fields/field_catalog.h.
  virtual const FieldInfo* Find(absl::string_view name,
                                std::string* dot_argument) const = 0;
  // As ParseFieldArgument(), for a field of this catalogue.
  virtual absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo& field, bool given, absl::string_view text) const = 0;
  // All names, for hints.
  virtual std::vector<absl::string_view> Names() const = 0;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_CATALOG_H_

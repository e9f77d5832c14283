// SPDX-License-Identifier: Apache-2.0
//
// Operands of fields, shared by all that name the field.

#ifndef EYRIE_RULES_CHECK_FIELD_OPERANDS_H_
#define EYRIE_RULES_CHECK_FIELD_OPERANDS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/check/catalog.h"

namespace eyrie::rules {

// Makes each operand once: a rule set names the same few fields again and
// again.
//
// Not thread-safe.
class FieldOperands {
 public:
  // Borrows `catalog`.
  explicit FieldOperands(const Catalog& catalog) : catalog_(catalog) {}

  const Catalog& catalog() const { return catalog_; }

  // The operand of field `name`, written without brackets. Null if it cannot be
  // written so; parsing and BindOperand() say why.
  OperandPtr Find(absl::string_view name);

 private:
  const Catalog& catalog_;
  absl::flat_hash_map<std::string, OperandPtr> known_;  // none is null
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_FIELD_OPERANDS_H_

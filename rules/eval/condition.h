// SPDX-License-Identifier: Apache-2.0
//
// One condition on its own, judged over given fields.

#ifndef EYRIE_RULES_EVAL_CONDITION_H_
#define EYRIE_RULES_EVAL_CONDITION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "rules/check/catalog.h"
#include "rules/check/checker.h"
#include "rules/check/types.h"
#include "rules/compat.h"
#include "rules/compile/program.h"
#include "rules/diagnostics.h"
#include "rules/eval/field_source.h"
#include "rules/eval/given_fields.h"

namespace eyrie::rules {

// For `eyrie rules eval` and for tests of the language: no macros, no lists, no
// event.
//
// Thread safety: immutable.
class Condition {
 public:
  // Compiles `text`. Null if it has a mistake, which is reported. `catalog` is
  // borrowed.
  static std::unique_ptr<const Condition> Compile(const std::string& text,
                                                  const Catalog& catalog,
                                                  Diagnostics& diagnostics,
                                                  const Compat& compat = {});

  // The truth over `fields`; a field that is not given is absent. Returns
  // kInvalidArgument if a value is none of its field's type.
  absl::StatusOr<Truth> Evaluate(const GivenFields& fields) const;

  // The same by the reference evaluator.
  absl::StatusOr<Truth> EvaluateByReference(const GivenFields& fields) const;

  // The fields that the condition reads.
  const std::vector<const FieldUse*>& fields() const { return fields_; }
  const BoundExpr& bound() const { return *bound_; }
  const RuleProgram& program() const { return program_; }

 private:
  Condition() = default;

  const FieldSource& Choose(const FieldSource& source,
                            const FieldSource& known) const;

  BoundExprPtr bound_;
  Compat compat_;
  RuleProgram program_;
  NodeRef ref_ = kFalseRef;
  std::vector<const FieldUse*> fields_;  // in program_
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_EVAL_CONDITION_H_

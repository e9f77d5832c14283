// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/condition.h"

#include <utility>

#include "common/status_macros.h"
#include "rules/check/reference_catalog.h"
#include "rules/compile/compiler.h"
#include "rules/eval/evaluator.h"
#include "rules/eval/field_source.h"
#include "rules/eval/reference.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {

std::unique_ptr<const Condition> Condition::Compile(const std::string& text,
                                                    const Catalog& catalog,
                                                    Diagnostics& diagnostics,
                                                    const Compat& compat) {
  const LocatedText located = LocatedText::FromFile(
      std::make_shared<const SourceFile>("condition", text));
  const ast::ExprPtr parsed = ParseCondition(located, {}, diagnostics);
  if (parsed == nullptr) return nullptr;

  std::unique_ptr<Condition> condition(new Condition);
  condition->compat_ = compat;
  const ReferenceCatalog in_reference(catalog);
  const Catalog& fields = compat.reference_fields
                              ? static_cast<const Catalog&>(in_reference)
                              : catalog;
  condition->bound_ = Checker(fields, {}, compat)
                          .Check(parsed, UnknownNames::kError, diagnostics);
  if (condition->bound_ == nullptr) return nullptr;
  Compiler compiler;
  absl::StatusOr<NodeRef> ref = compiler.Add(condition->bound_);
  if (!ref.ok()) {
    diagnostics.Error("limit-exceeded", located.Whole(),
                      std::string(ref.status().message()));
    return nullptr;
  }
  condition->ref_ = *ref;
  condition->program_ = std::move(compiler).Finish();
  for (const OperandCode& code : condition->program_.operands) {
    if (code.operand->kind == Operand::Kind::kField) {
      condition->fields_.push_back(&code.operand->use);
    }
  }
  return condition;
}

const FieldSource& Condition::Choose(const FieldSource& source,
                                     const FieldSource& known) const {
  return compat_.unknown_is_absent ? known : source;
}

absl::StatusOr<Truth> Condition::Evaluate(const GivenFields& fields) const {
  EYRIE_ASSIGN_OR_RETURN(const GivenSource source,
                         GivenSource::Create(fields_, fields));
  EvaluationMemory memory(program_);
  memory.Begin();
  const KnownSource known(source);
  const FieldSource& chosen = Choose(source, known);
  return Evaluator(program_, chosen, memory).Evaluate(ref_);
}

absl::StatusOr<Truth> Condition::EvaluateByReference(
    const GivenFields& fields) const {
  EYRIE_ASSIGN_OR_RETURN(const GivenSource source,
                         GivenSource::Create(fields_, fields));
  const KnownSource known(source);
  return rules::EvaluateByReference(*bound_, Choose(source, known));
}

}  // namespace eyrie::rules

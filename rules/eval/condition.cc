// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/condition.h"

#include <utility>

#include "common/status_macros.h"
#include "rules/compile/compiler.h"
#include "rules/eval/evaluator.h"
#include "rules/eval/reference.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {

std::unique_ptr<const Condition> Condition::Compile(const std::string& text,
                                                    const Catalog& catalog,
                                                    Diagnostics& diagnostics) {
  const LocatedText located = LocatedText::FromFile(
      std::make_shared<const SourceFile>("condition", text));
  const ast::ExprPtr parsed = ParseCondition(located, {}, diagnostics);
  if (parsed == nullptr) return nullptr;

  std::unique_ptr<Condition> condition(new Condition);
  condition->bound_ =
      Checker(catalog, {}).Check(parsed, UnknownNames::kError, diagnostics);
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

absl::StatusOr<Truth> Condition::Evaluate(const GivenFields& fields) const {
  EYRIE_ASSIGN_OR_RETURN(const GivenSource source,
                         GivenSource::Create(fields_, fields));
  EvaluationMemory memory(program_);
  memory.Begin();
  return Evaluator(program_, source, memory).Evaluate(ref_);
}

absl::StatusOr<Truth> Condition::EvaluateByReference(
    const GivenFields& fields) const {
  EYRIE_ASSIGN_OR_RETURN(const GivenSource source,
                         GivenSource::Create(fields_, fields));
  return rules::EvaluateByReference(*bound_, source);
}

}  // namespace eyrie::rules

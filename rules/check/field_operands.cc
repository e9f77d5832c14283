// SPDX-License-Identifier: Apache-2.0

#include "rules/check/field_operands.h"

#include <optional>
#include <string>

#include "rules/check/operand_binder.h"
#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/parser_limits.h"

namespace eyrie::rules {

OperandPtr FieldOperands::Find(absl::string_view name) {
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  std::string dot_argument;
  // Else binding would look for the nearest name, which takes long.
  if (catalog_.Find(name, &dot_argument) == nullptr) return nullptr;
  const LocatedText text{std::string(name)};
  Diagnostics ignored;
  const std::optional<ast::Operand> parsed =
      ParseLeftSide(text, ParserLimits(), ignored);
  if (!parsed.has_value()) return nullptr;
  OperandPtr operand =
      BindOperand(*parsed, catalog_, UnknownNames::kError, ignored);
  if (operand != nullptr) known_.emplace(name, operand);
  return operand;
}

}  // namespace eyrie::rules

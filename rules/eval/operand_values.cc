// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/operand_values.h"

#include <vector>

#include "rules/eval/transform.h"

namespace eyrie::rules {

FieldValues ReadOperand(const Operand& operand, const FieldSource& source,
                        Scratch& scratch) {
  FieldValues values;
  if (operand.kind == Operand::Kind::kField) {
    source.Read(operand.use, scratch, values);
    return values;
  }
  std::vector<FieldValues> arguments;
  arguments.reserve(operand.arguments.size());
  for (const OperandPtr& argument : operand.arguments) {
    arguments.push_back(ReadOperand(*argument, source, scratch));
  }
  std::vector<const FieldValues*> pointers;
  for (const FieldValues& argument : arguments) pointers.push_back(&argument);
  Transform(operand, pointers, scratch, values);
  return values;
}

}  // namespace eyrie::rules

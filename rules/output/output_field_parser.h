// SPDX-License-Identifier: Apache-2.0
//
// Reads one field of an output text.

#ifndef EYRIE_RULES_OUTPUT_OUTPUT_FIELD_PARSER_H_
#define EYRIE_RULES_OUTPUT_OUTPUT_FIELD_PARSER_H_

#include <cstddef>
#include <optional>

#include "rules/check/bound_expr.h"
#include "rules/check/field_operands.h"
#include "rules/diagnostics.h"
#include "rules/source.h"

namespace eyrie::rules {

struct ParsedOutputField {
  OperandPtr operand;
  size_t end = 0;  // position behind the field
};

// Reads the field or transformer that begins at `begin` of `text`, just behind
// its percent sign. What follows is read as far as it makes a field of
// the catalogue: `proc.name.` is the field proc.name, `proc.name[x]` too
// because it takes no argument.
//
// Nothing if there is none: then the mistake has been added to `diagnostics`.
// REQUIRES: `begin` is not the end of the text.
std::optional<ParsedOutputField> ParseOutputField(const LocatedText& text,
                                                  size_t begin,
                                                  FieldOperands& fields,
                                                  Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_OUTPUT_OUTPUT_FIELD_PARSER_H_

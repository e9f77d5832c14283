// SPDX-License-Identifier: Apache-2.0
//
// Puts the exceptions of a rule together.

#ifndef EYRIE_RULES_READER_EXCEPTION_MERGER_H_
#define EYRIE_RULES_READER_EXCEPTION_MERGER_H_

#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/rule_definitions.h"
#include "rules/reader/rule_document.h"

namespace eyrie::rules {

// Makes `raw` the exceptions of a rule. Those with mistakes are left out. With
// `warn_of_holes`, one without values is a warning: it changes nothing.
std::vector<ExceptionDefinition> DefineExceptions(
    const std::vector<RawException>& raw, bool warn_of_holes,
    Diagnostics& diagnostics);

// Adds the values of `raw` to the exceptions of their names, and new exceptions
// behind.
void AppendExceptions(const std::vector<RawException>& raw,
                      std::vector<ExceptionDefinition>& exceptions,
                      Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_EXCEPTION_MERGER_H_

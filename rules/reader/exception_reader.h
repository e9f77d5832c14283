// SPDX-License-Identifier: Apache-2.0
//
// Reads the `exceptions` of a rule.

#ifndef EYRIE_RULES_READER_EXCEPTION_READER_H_
#define EYRIE_RULES_READER_EXCEPTION_READER_H_

#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/rule_document.h"
#include "rules/reader/yaml_node.h"

namespace eyrie::rules {

// Reads the sequence of exceptions `node`; a null node is an empty one.
// Exceptions with mistakes are left out, and `failed` is set.
std::vector<RawException> ReadExceptions(const YamlNode& node,
                                         Diagnostics& diagnostics,
                                         bool& failed);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_EXCEPTION_READER_H_

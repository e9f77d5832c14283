// SPDX-License-Identifier: Apache-2.0
//
// Stage 1 of the rule engine: one rule file to its items.

#ifndef EYRIE_RULES_READER_RULE_READER_H_
#define EYRIE_RULES_READER_RULE_READER_H_

#include <memory>

#include "rules/diagnostics.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/rule_document.h"
#include "rules/source.h"

namespace eyrie::rules {

// Reads a rule file: YAML documents, each a list of maps. Items with mistakes
// are left out.
//
// Thread safety: a pure function.
RuleDocument ReadRuleDocument(std::shared_ptr<const SourceFile> file,
                              const ReadLimits& limits,
                              Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_RULE_READER_H_

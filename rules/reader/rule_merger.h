// SPDX-License-Identifier: Apache-2.0
//
// Puts the rules of several files together.

#ifndef EYRIE_RULES_READER_RULE_MERGER_H_
#define EYRIE_RULES_READER_RULE_MERGER_H_

#include "rules/diagnostics.h"
#include "rules/reader/known_sources.h"
#include "rules/reader/rule_definitions.h"
#include "rules/reader/rule_document.h"

namespace eyrie::rules {

// Adds `rule` to `rules`, the `position`th of all items: a new rule, a new
// definition of a known one, or a change to one (override, append, enabled). A
// rule with a mistake changes nothing; one of a source that `known` lacks gets
// a warning.
void MergeRule(const RawRule& rule, uint32_t position,
               const KnownSources& known, Definitions<RuleDefinition>& rules,
               Diagnostics& diagnostics);

// Warns that `append: true` is old, where it is.
void WarnOfAppend(const Update& update, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_RULE_MERGER_H_

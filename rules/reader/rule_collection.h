// SPDX-License-Identifier: Apache-2.0
//
// Stage 2 of the rule engine: all rule files put together, in order.

#ifndef EYRIE_RULES_READER_RULE_COLLECTION_H_
#define EYRIE_RULES_READER_RULE_COLLECTION_H_

#include <memory>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/known_sources.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/rule_definitions.h"
#include "rules/source.h"

namespace eyrie::rules {

// Reads `files` in order into one collection. Mistakes are added to
// `diagnostics`; an item with a mistake is left out, and so is the rest of a
// file that needs a newer engine. `known` says which sources and plugins there
// are.
//
// Thread safety: a pure function.
RuleCollection ReadRules(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    const ReadLimits& limits, const KnownSources& known,
    Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_RULE_COLLECTION_H_

// SPDX-License-Identifier: Apache-2.0
//
// Tells what keeps a rule from matching as its author expects.

#ifndef EYRIE_RULES_RULESET_RULE_WARNINGS_H_
#define EYRIE_RULES_RULESET_RULE_WARNINGS_H_

#include "rules/diagnostics.h"
#include "rules/ruleset/event_type_index.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::rules {

// Warns about the event types of `rule`: none named, or some that no record
// carries yet.
void WarnAboutEventTypes(const Rule& rule, const EventTypes& types,
                         bool warn_evttypes, Diagnostics& diagnostics);

// Notes fields that have no value yet where they can decide whether `rule`
// matches.
void WarnAboutFields(const Rule& rule, const EventTypes& types,
                     Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_RULE_WARNINGS_H_

// SPDX-License-Identifier: Apache-2.0
//
// Stage 9 of the rule engine: puts checked rules together to a rule set.

#ifndef EYRIE_RULES_RULESET_RULE_SET_BUILDER_H_
#define EYRIE_RULES_RULESET_RULE_SET_BUILDER_H_

#include <memory>
#include <vector>

#include "rules/check/bound_expr.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::rules {

class EventSources;

// A rule whose condition is checked.
struct CheckedRule {
  Rule rule;  // without event types
  BoundExprPtr condition;
  bool warn_evttypes = true;
};

// Builds a rule set of `rules`, in order of definition, and fills in the event
// types of those that judge the kernel's events. `sources` has the fields that
// conditions and outputs name; the rule set keeps it. Of `compat` it settles
// what events do; the checker has settled what comparisons mean.
//
// Enabled rules on the kernel's events get a warning if they can match events
// of any type (`no-event-type`, unless warn_evttypes is false) and if they name
// event types that no record carries yet (`event-type-unavailable`). Rules of
// all sources get a note if they use a field that has no value yet
// (`field-unavailable`).
//
// Returns null, and an error `limit-exceeded`, if the program becomes too
// large, or there are too many domain names or too long ones.
//
// Thread safety: a pure function.
std::shared_ptr<const RuleSet> BuildRuleSet(
    std::vector<CheckedRule> rules, std::shared_ptr<const EventSources> sources,
    const Compat& compat, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_RULE_SET_BUILDER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Memory in which a thread evaluates rules.

#ifndef EYRIE_SERVER_DETECT_EVALUATION_MEMORY_H_
#define EYRIE_SERVER_DETECT_EVALUATION_MEMORY_H_

#include <memory>

#include "rules/ruleset/rule_set.h"

namespace eyrie::server {

// This thread's evaluation state for `set`, kept while the rules stay the same:
// until this thread asks for that of other rules or ends.
rules::EvaluationState& ThreadEvaluationState(
    const std::shared_ptr<const rules::RuleSet>& set);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_EVALUATION_MEMORY_H_

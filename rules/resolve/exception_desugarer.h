// SPDX-License-Identifier: Apache-2.0
//
// Turns the exceptions of a rule into conditions.

#ifndef EYRIE_RULES_RESOLVE_EXCEPTION_DESUGARER_H_
#define EYRIE_RULES_RESOLVE_EXCEPTION_DESUGARER_H_

#include <optional>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/rule_definitions.h"
#include "rules/resolve/list_expander.h"
#include "rules/resolve/resolve_limits.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// The conditions under which `rule` must not fire, one for each exception that
// has values:
//
//   fields: [f, g], comps: [=, in], values: [[a, b], [c, [d, e]]]
//     f = a and g in (b) or f = c and g in (d, e)
//   fields: f, comps: in, values: [a, b]
//     f in (a, b)
//
// A value reads as an item of a list does: quotes of its own are resolved, the
// name of a list stands for its items. Ranges point to the values.
//
// Nothing if there was a mistake; all are reported.
std::optional<std::vector<ast::ExprPtr>> DesugarExceptions(
    const RuleDefinition& rule, ListExpander& lists,
    const ResolveLimits& limits, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RESOLVE_EXCEPTION_DESUGARER_H_

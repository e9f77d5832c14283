// SPDX-License-Identifier: Apache-2.0
//
// Stage 5 of the rule engine: conditions without macro or list names.

#ifndef EYRIE_RULES_RESOLVE_RESOLVER_H_
#define EYRIE_RULES_RESOLVE_RESOLVER_H_

#include <string>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/priority.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolve_limits.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {

// A rule whose condition stands on its own: its macros are replaced by their
// trees, its lists by their items, its exceptions are part of the condition.
struct ResolvedRule {
  std::string name;
  SourceRange name_range;
  LocatedText description;
  LocatedText condition_text;  // as written, appended parts included
  // No ast::MacroRef, no bare literal list that names a list. Ranges point into
  // the text a part was written in: the rule, the macro, the list, the
  // exception. Subtrees are shared between rules.
  ast::ExprPtr condition;
  LocatedText output;  // trimmed
  Priority priority = Priority::kDebug;
  std::string source;             // "syscall"
  std::vector<std::string> tags;  // each once, in order of first mention
  bool enabled = true;
  bool warn_evttypes = true;
  // An unknown field or event type in the condition or output skips the rule
  // with a warning instead of failing the load.
  bool skip_if_unknown_filter = false;
  bool capture = false;
  int64_t capture_duration_ms = 0;  // 0: the default
  SourceRange range;                // the rule's item in its file
};

// In order of definition, disabled rules too. Rules of unknown sources are left
// out.
struct ResolvedRules {
  std::vector<ResolvedRule> rules;
  // Rules with a mistake, so that the next stage finds their other mistakes in
  // the same run. The condition is what could be resolved of it, or null.
  std::vector<ResolvedRule> broken;
};

// Resolves all rules of `collection`. A mistake in a macro or list is reported
// once, at the macro or list, whether or not a rule uses it.
//
// Thread safety: a pure function.
ResolvedRules Resolve(const RuleCollection& collection,
                      const ResolveLimits& limits, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RESOLVE_RESOLVER_H_

// SPDX-License-Identifier: Apache-2.0
//
// Replaces macros by their trees.

#ifndef EYRIE_RULES_RESOLVE_MACRO_EXPANDER_H_
#define EYRIE_RULES_RESOLVE_MACRO_EXPANDER_H_

#include <cstddef>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/rule_definitions.h"
#include "rules/resolve/list_expander.h"
#include "rules/resolve/resolve_limits.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/visit.h"

namespace eyrie::rules {

// A condition without names, and how big it is.
struct ExpandedCondition {
  ast::ExprPtr expr;  // null: there was a mistake, and it is reported
  TreeSize size;
  // If there was one, all that could be unfolded, joined by `and`, so that its
  // other mistakes can be found as well; null if nothing could.
  ast::ExprPtr remains;
};

// Holds all macros, unfolded. A rule may use any macro, a macro those defined
// before it.
class MacroExpander {
 public:
  // Parses and unfolds all macros and reports their mistakes, used or not. All
  // must outlive the expander.
  MacroExpander(const Definitions<MacroDefinition>& macros, ListExpander& lists,
                const ResolveLimits& limits, Diagnostics& diagnostics);

  // Parses the condition of a rule and unfolds its macros and lists.
  ExpandedCondition Expand(const LocatedText& condition,
                           Diagnostics& diagnostics);

  // Warns of macros that nothing uses.
  void WarnOfUnused(Diagnostics& diagnostics) const;

 private:
  enum class Progress { kUntouched, kUnderway, kDone };
  struct Macro {
    Progress progress = Progress::kUntouched;
    ast::ExprPtr parsed;
    ExpandedCondition expanded;
    bool is_used = false;
  };
  // What is being unfolded: which macros it may use.
  struct Context {
    const MacroDefinition* user;  // null: a rule, which may use all
    size_t chain;                 // macros that wait for this one
    size_t depth;                 // how deep it stands in all of theirs
  };

  void ExpandMacro(size_t position, size_t chain, size_t depth,
                   Diagnostics& diagnostics);
  ExpandedCondition ExpandTree(const ast::ExprPtr& parsed,
                               const Context& context,
                               Diagnostics& diagnostics);
  // The unfolded macro that `leaf`, an ast::MacroRef at `depth` of the tree,
  // names; null if it must not be used here, which is reported. The macro may
  // have mistakes.
  const ExpandedCondition* Find(const ast::Expr& leaf, size_t depth,
                                const Context& context,
                                Diagnostics& diagnostics);
  // Whether a macro that is not unfolded yet can be, without using up the
  // stack. Reports if not.
  bool MayDescend(const ast::Expr& leaf, size_t depth, const Context& context,
                  Diagnostics& diagnostics) const;
  void FailDepth(const SourceRange& range, Diagnostics& diagnostics) const;
  void FailUnknown(const ast::Expr& leaf, Diagnostics& diagnostics) const;
  void FailRecursive(const ast::Expr& leaf, Diagnostics& diagnostics) const;

  const Definitions<MacroDefinition>& macros_;
  ListExpander& lists_;
  const ResolveLimits& limits_;
  std::vector<Macro> expanded_;   // as macros_.all()
  std::vector<size_t> underway_;  // positions, outermost first
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RESOLVE_MACRO_EXPANDER_H_

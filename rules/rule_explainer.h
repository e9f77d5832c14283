// SPDX-License-Identifier: Apache-2.0
//
// Says why a rule matches an event, or does not.

#ifndef EYRIE_RULES_RULE_EXPLAINER_H_
#define EYRIE_RULES_RULE_EXPLAINER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/eval/explain.h"
#include "rules/eval/field_source.h"
#include "rules/fields/event.h"
#include "rules/json/json_event.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolver.h"
#include "rules/source.h"
#include "rules/sources/event_sources.h"
#include "rules/syntax/ast.h"

namespace eyrie::rules {

// Thread safety: const methods may be called from any thread.
class RuleExplainer {
 public:
  // Reads `files` as LoadRules() does with `options`, whose limits and switches
  // do not matter here, and takes the rule called `name`. Other rules may have
  // mistakes.
  //
  // Returns kNotFound, with the nearest name, if there is no such rule, and
  // kInvalidArgument if it has a mistake. Mistakes of all rules are added to
  // `diagnostics`.
  static absl::StatusOr<std::unique_ptr<const RuleExplainer>> Create(
      const std::vector<std::shared_ptr<const SourceFile>>& files,
      const LoadOptions& options, absl::string_view name,
      Diagnostics& diagnostics);

  // The rule matches if the truth is kTrue and the rule is enabled.
  //
  // REQUIRES: json_source() is null.
  Explanation Explain(const Event& event) const;
  // REQUIRES: `event` is one of json_source().
  Explanation Explain(const JsonEvent& event) const;

  const ResolvedRule& rule() const { return rule_; }
  // The source of the rule's events; null if it is the kernel.
  const JsonSource* json_source() const { return sources_->Find(rule_.source); }

 private:
  explicit RuleExplainer(const LoadOptions& options);

  // Checks the rule, and finds what its author wrote.
  bool Check(const RuleCollection& collection, const RuleDefinition& definition,
             Diagnostics& diagnostics);
  Explanation ExplainOver(const FieldSource& source) const;

  const Compat compat_;
  const std::shared_ptr<const EventSources> sources_;
  ResolvedRule rule_;
  BoundExprPtr condition_;
  // As its author wrote it, exceptions in front; see Explain().
  ast::ExprPtr written_;
  std::map<std::string, ast::ExprPtr, std::less<>> macros_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULE_EXPLAINER_H_

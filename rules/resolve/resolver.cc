// SPDX-License-Identifier: Apache-2.0

#include "rules/resolve/resolver.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "rules/resolve/exception_desugarer.h"
#include "rules/resolve/list_expander.h"
#include "rules/resolve/macro_expander.h"
#include "rules/syntax/visit.h"

namespace eyrie::rules {
namespace {

using ast::Expr;
using ast::ExprPtr;

// `condition` and none of `exceptions`.
ExprPtr WithExceptions(ExprPtr condition,
                       const std::vector<ExprPtr>& exceptions) {
  if (exceptions.empty()) return condition;
  const SourceRange range = condition->range;
  ast::And all;
  all.operands.push_back(std::move(condition));
  for (const ExprPtr& exception : exceptions) {
    all.operands.push_back(std::make_shared<const Expr>(
        Expr{ast::Not{exception}, exception->range}));
  }
  return std::make_shared<const Expr>(Expr{std::move(all), range});
}

// Resolves the conditions of rules, one by one.
class ConditionResolver {
 public:
  ConditionResolver(const RuleCollection& collection,
                    const ResolveLimits& limits, Diagnostics& diagnostics)
      : limits_(limits),
        lists_(collection.lists, limits, diagnostics),
        macros_(collection.macros, lists_, limits, diagnostics) {}

  // On a mistake, which is reported, `expr` is null.
  ExpandedCondition Resolve(const RuleDefinition& rule,
                            Diagnostics& diagnostics) {
    ExpandedCondition condition = macros_.Expand(rule.condition, diagnostics);
    const std::optional<std::vector<ExprPtr>> exceptions =
        DesugarExceptions(rule, lists_, limits_, diagnostics);
    if (condition.expr == nullptr) return condition;
    if (!exceptions) return {nullptr, {}, std::move(condition.expr)};
    if (!CheckSize(rule, condition.size, *exceptions, diagnostics)) return {};
    condition.expr = WithExceptions(std::move(condition.expr), *exceptions);
    return condition;
  }

  void WarnOfUnused(Diagnostics& diagnostics) const {
    macros_.WarnOfUnused(diagnostics);
    lists_.WarnOfUnused(diagnostics);
  }

 private:
  bool CheckSize(const RuleDefinition& rule, const TreeSize& condition,
                 const std::vector<ExprPtr>& exceptions,
                 Diagnostics& diagnostics) {
    size_t nodes = condition.nodes;
    for (const ExprPtr& exception : exceptions) {
      nodes += MeasureTree(*exception).nodes;
    }
    total_nodes_ += nodes;
    if (nodes > limits_.max_nodes) {
      diagnostics.Error(
          "limit-exceeded", rule.name.Whole(),
          absl::StrCat("with its exceptions, rule '", rule.name.text(),
                       "' has more than ", limits_.max_nodes,
                       " comparisons and values"));
      return false;
    }
    if (total_nodes_ <= limits_.max_total_nodes) return true;
    if (!is_full_) {
      diagnostics.Error(
          "limit-exceeded", rule.name.Whole(),
          absl::StrCat("all rules together have more than ",
                       limits_.max_total_nodes, " comparisons and values"));
    }
    is_full_ = true;
    return false;
  }

  const ResolveLimits& limits_;
  ListExpander lists_;
  MacroExpander macros_;
  size_t total_nodes_ = 0;
  bool is_full_ = false;
};

ResolvedRule ToResolved(const RuleDefinition& rule, ExprPtr condition) {
  ResolvedRule resolved;
  resolved.name = rule.name.text();
  resolved.name_range = rule.name.Whole();
  resolved.description = rule.description;
  resolved.condition_text = rule.condition;
  resolved.condition = std::move(condition);
  resolved.output = rule.output;
  resolved.priority = rule.priority;
  resolved.source = rule.source;
  resolved.tags = rule.tags;
  resolved.enabled = rule.enabled;
  resolved.warn_evttypes = rule.warn_evttypes;
  resolved.skip_if_unknown_filter = rule.skip_if_unknown_filter;
  resolved.capture = rule.capture;
  resolved.capture_duration_ms = rule.capture_duration_ms;
  resolved.range = rule.range;
  return resolved;
}

}  // namespace

ResolvedRules Resolve(const RuleCollection& collection,
                      const ResolveLimits& limits, Diagnostics& diagnostics) {
  ConditionResolver resolver(collection, limits, diagnostics);
  ResolvedRules resolved;
  resolved.rules.reserve(collection.rules.all().size());
  for (const RuleDefinition& rule : collection.rules.all()) {
    // A rule of an unknown source may be in another dialect: its mistakes do
    // not count, what it uses does.
    Diagnostics ignored;
    ExpandedCondition condition =
        resolver.Resolve(rule, rule.is_source_known ? diagnostics : ignored);
    if (!rule.is_source_known) continue;
    if (condition.expr != nullptr) {
      resolved.rules.push_back(ToResolved(rule, std::move(condition.expr)));
    } else {
      resolved.broken.push_back(ToResolved(rule, std::move(condition.remains)));
    }
  }
  resolver.WarnOfUnused(diagnostics);
  return resolved;
}

}  // namespace eyrie::rules

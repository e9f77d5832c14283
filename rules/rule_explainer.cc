// SPDX-License-Identifier: Apache-2.0

#include "rules/rule_explainer.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

#include "rules/check/checker.h"
#include "rules/check/default_catalog.h"
#include "rules/eval/field_source.h"
#include "rules/reader/rule_collection.h"
#include "rules/sources/built_in_sources.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {
namespace {

absl::Status NoSuchRule(const RuleCollection& collection,
                        absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const RuleDefinition& rule : collection.rules.all()) {
    names.push_back(rule.name.text());
  }
  const std::string nearest = NearestName(name, names);
  return absl::NotFoundError(absl::StrCat(
      "there is no rule \"", name, "\" in these files",
      nearest.empty() ? ""
                      : absl::StrCat("; did you mean \"", nearest, "\"?")));
}

absl::Status NotToBeJudged(absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("rule \"", name, "\" cannot be judged"));
}

// The resolver joins `condition` and one `not` for each exception.
ast::ExprPtr WithExceptions(ast::ExprPtr condition, const BoundExpr& bound,
                            bool has_exceptions) {
  if (!has_exceptions) return condition;
  ast::And all;
  const SourceRange range = condition->range;
  all.operands.push_back(std::move(condition));
  all.operands.resize(bound.operands.size());
  return std::make_shared<const ast::Expr>(ast::Expr{std::move(all), range});
}

}  // namespace

absl::StatusOr<std::unique_ptr<const RuleExplainer>> RuleExplainer::Create(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    absl::string_view name, Diagnostics& diagnostics) {
  const RuleCollection collection =
      ReadRules(files, {}, BuiltInSources()->Known(), diagnostics);
  ResolvedRules resolved = Resolve(collection, {}, diagnostics);
  const RuleDefinition* const definition = collection.rules.Find(name);
  if (definition == nullptr) return NoSuchRule(collection, name);

  auto explainer = absl::WrapUnique(new RuleExplainer);
  for (ResolvedRule& rule : resolved.rules) {
    if (rule.name == name) explainer->rule_ = std::move(rule);
  }
  if (explainer->rule_.condition == nullptr) return NotToBeJudged(name);
  if (explainer->rule_.source != kSyscallSource) {
    return absl::InvalidArgumentError(
        absl::StrCat("rule \"", name, "\" judges events of source ",
                     explainer->rule_.source, ", not the kernel's"));
  }
  explainer->condition_ =
      Checker(DefaultCatalog(), {})
          .Check(explainer->rule_.condition, UnknownNames::kError, diagnostics);
  if (explainer->condition_ == nullptr) return NotToBeJudged(name);

  Diagnostics ignored;  // They were reported already.
  const ast::ExprPtr parsed =
      ParseCondition(definition->condition, {}, ignored);
  if (parsed == nullptr) return NotToBeJudged(name);
  // Exceptions without values add nothing to the condition.
  const bool has_exceptions =
      std::any_of(definition->exceptions.begin(), definition->exceptions.end(),
                  [](const ExceptionDefinition& exception) {
                    return !exception.values.empty();
                  });
  explainer->written_ =
      WithExceptions(parsed, *explainer->condition_, has_exceptions);
  for (const MacroDefinition& macro : collection.macros.all()) {
    explainer->macros_[macro.name.text()] =
        ParseCondition(macro.condition, {}, ignored);
  }
  return explainer;
}

Explanation RuleExplainer::Explain(const Event& event) const {
  return rules::Explain(
      *condition_, written_.get(),
      [this](absl::string_view name) -> const ast::Expr* {
        const auto found = macros_.find(name);
        return found == macros_.end() ? nullptr : found->second.get();
      },
      EventSource(event));
}

}  // namespace eyrie::rules

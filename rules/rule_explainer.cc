// SPDX-License-Identifier: Apache-2.0

#include "rules/rule_explainer.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

#include "rules/check/checker.h"
#include "rules/check/reference_catalog.h"
#include "rules/json/json_field_source.h"
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

RuleExplainer::RuleExplainer(const LoadOptions& options)
    : compat_(options.compat),
      sources_(options.sources != nullptr ? options.sources
                                          : BuiltInSources()) {}

absl::StatusOr<std::unique_ptr<const RuleExplainer>> RuleExplainer::Create(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    const LoadOptions& options, absl::string_view name,
    Diagnostics& diagnostics) {
  auto explainer = absl::WrapUnique(new RuleExplainer(options));
  const RuleCollection collection =
      ReadRules(files, {}, explainer->sources_->Known(), diagnostics);
  ResolvedRules resolved = Resolve(collection, {}, diagnostics);
  const RuleDefinition* const definition = collection.rules.Find(name);
  if (definition == nullptr) return NoSuchRule(collection, name);
  for (ResolvedRule& rule : resolved.rules) {
    if (rule.name == name) explainer->rule_ = std::move(rule);
  }
  if (!explainer->Check(collection, *definition, diagnostics)) {
    return absl::InvalidArgumentError(
        absl::StrCat("rule \"", name, "\" cannot be judged"));
  }
  return explainer;
}

bool RuleExplainer::Check(const RuleCollection& collection,
                          const RuleDefinition& definition,
                          Diagnostics& diagnostics) {
  if (rule_.condition == nullptr) return false;
  const Catalog& own = *sources_->CatalogOf(rule_.source);
  const ReferenceCatalog in_reference(own);
  const Catalog& catalog = compat_.reference_fields
                               ? static_cast<const Catalog&>(in_reference)
                               : own;
  condition_ = Checker(catalog, {}, compat_)
                   .Check(rule_.condition, UnknownNames::kError, diagnostics);
  Diagnostics ignored;  // They were reported already.
  const ast::ExprPtr parsed = ParseCondition(definition.condition, {}, ignored);
  if (condition_ == nullptr || parsed == nullptr) return false;
  // Exceptions without values add nothing to the condition.
  const bool has_exceptions =
      std::any_of(definition.exceptions.begin(), definition.exceptions.end(),
                  [](const ExceptionDefinition& exception) {
                    return !exception.values.empty();
                  });
  written_ = WithExceptions(parsed, *condition_, has_exceptions);
  for (const MacroDefinition& macro : collection.macros.all()) {
    macros_[macro.name.text()] = ParseCondition(macro.condition, {}, ignored);
  }
  return true;
}

Explanation RuleExplainer::Explain(const Event& event) const {
  return ExplainOver(EventSource(event));
}

Explanation RuleExplainer::Explain(const JsonEvent& event) const {
  return ExplainOver(JsonFieldSource(event));
}

Explanation RuleExplainer::ExplainOver(const FieldSource& source) const {
  const KnownSource known(source);
  return rules::Explain(
      *condition_, written_.get(),
      [this](absl::string_view name) -> const ast::Expr* {
        const auto found = macros_.find(name);
        return found == macros_.end() ? nullptr : found->second.get();
      },
      compat_.unknown_is_absent ? known : source);
}

}  // namespace eyrie::rules

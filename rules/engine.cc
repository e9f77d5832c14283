// SPDX-License-Identifier: Apache-2.0

#include "rules/engine.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "rules/check/checker.h"
#include "rules/check/default_catalog.h"
#include "rules/check/field_operands.h"
#include "rules/check/reference_catalog.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolver.h"
#include "rules/ruleset/rule_set_builder.h"
#include "rules/sources/built_in_sources.h"
#include "rules/sources/event_sources.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {
namespace {

// Parses a rule's output. False if it names a field that is not known, and the
// rule is to be skipped then.
bool ParseOutput(const ResolvedRule& resolved, FieldOperands& fields,
                 Rule& rule, Diagnostics& diagnostics) {
  Diagnostics found;
  rule.output = OutputTemplate::Parse(resolved.output, fields, found);
  const bool skip = resolved.skip_if_unknown_filter &&
                    std::any_of(found.entries().begin(), found.entries().end(),
                                [](const Diagnostic& entry) {
                                  return entry.code == "unknown-field";
                                });
  for (const Diagnostic& entry : found.entries()) {
    if (skip && entry.code == "unknown-field") {
      ReportUnknown(entry.code, entry.range, entry.message, entry.hint,
                    UnknownNames::kSkip, diagnostics);
    } else {
      diagnostics.Add(entry);
    }
  }
  return !skip;
}

UnknownNames UnknownNamesOf(const ResolvedRule& resolved) {
  return resolved.skip_if_unknown_filter ? UnknownNames::kSkip
                                         : UnknownNames::kError;
}

Rule MakeRule(const ResolvedRule& resolved) {
  Rule rule;
  rule.name = resolved.name;
  rule.description = resolved.description.text();
  rule.condition = resolved.condition_text.text();
  rule.priority = resolved.priority;
  rule.source = resolved.source;
  rule.tags = resolved.tags;
  rule.enabled = resolved.enabled;
  rule.range = resolved.range;
  return rule;
}

// Checkers by source: each has a catalogue of its own, and remembers by it what
// the macros that rules share mean.
class Checkers {
 public:
  Checkers(const EventSources& sources, const CheckLimits& limits,
           const Compat& compat)
      : sources_(sources), limits_(limits), compat_(compat) {}

  // REQUIRES: the reader knew the source.
  Checker& For(const std::string& source) {
    return checkers_.try_emplace(source, CatalogOf(source), limits_, compat_)
        .first->second;
  }
  const Catalog& CatalogOf(const std::string& source) {
    const Catalog& own = *sources_.CatalogOf(source);
    if (!compat_.reference_fields) return own;
    return in_reference_.try_emplace(source, own).first->second;
  }

 private:
  const EventSources& sources_;
  const CheckLimits limits_;
  const Compat compat_;
  std::map<std::string, ReferenceCatalog> in_reference_;
  std::map<std::string, Checker> checkers_;  // borrow in_reference_
};

std::vector<CheckedRule> CheckRules(const ResolvedRules& resolved_rules,
                                    const LoadOptions& options,
                                    const EventSources& sources,
                                    Diagnostics& diagnostics) {
  const absl::flat_hash_set<absl::string_view> disabled(
      options.disabled_rules.begin(), options.disabled_rules.end());
  const absl::flat_hash_set<absl::string_view> enabled(
      options.enabled_rules.begin(), options.enabled_rules.end());
  Checkers checkers(sources, {options.limits.max_regex_bytes}, options.compat);
  std::vector<CheckedRule> checked;
  checked.reserve(resolved_rules.rules.size());
  for (const ResolvedRule& resolved : resolved_rules.rules) {
    CheckedRule rule;
    rule.rule = MakeRule(resolved);
    rule.warn_evttypes = resolved.warn_evttypes;
    if (enabled.contains(rule.rule.name)) rule.rule.enabled = true;
    if (disabled.contains(rule.rule.name)) rule.rule.enabled = false;
    Checker& checker = checkers.For(resolved.source);
    rule.condition = checker.Check(resolved.condition, UnknownNamesOf(resolved),
                                   diagnostics);
    const bool has_output =
        ParseOutput(resolved, checker.fields(), rule.rule, diagnostics);
    if (rule.condition != nullptr && has_output) {
      checked.push_back(std::move(rule));
    }
  }
  // Their first mistakes are reported; here are the others.
  for (const ResolvedRule& broken : resolved_rules.broken) {
    Checker& checker = checkers.For(broken.source);
    if (broken.condition != nullptr) {
      checker.Check(broken.condition, UnknownNamesOf(broken), diagnostics);
    }
    Rule ignored;
    ParseOutput(broken, checker.fields(), ignored, diagnostics);
  }
  return checked;
}

ResolvedRules ReadAndResolve(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    const LoadOptions& options, const EventSources& sources,
    Diagnostics& diagnostics) {
  ReadLimits read_limits;
  read_limits.max_bytes = options.limits.max_bytes;
  read_limits.max_rules = options.limits.max_rules;
  ResolveLimits resolve_limits;
  resolve_limits.max_nodes = options.limits.max_condition_nodes;
  return Resolve(ReadRules(files, read_limits, sources.Known(), diagnostics),
                 resolve_limits, diagnostics);
}

}  // namespace

std::shared_ptr<const RuleSet> LoadRules(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    const LoadOptions& options, Diagnostics& diagnostics) {
  const std::shared_ptr<const EventSources> sources =
      options.sources != nullptr ? options.sources : BuiltInSources();
  // What a stage made goes when the next is done: memory that was used before
  // costs less than new.
  std::vector<CheckedRule> checked =
      CheckRules(ReadAndResolve(files, options, *sources, diagnostics), options,
                 *sources, diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  return BuildRuleSet(std::move(checked), sources, options.compat, diagnostics);
}

std::shared_ptr<const RuleSet> LoadCondition(const std::string& condition,
                                             Diagnostics& diagnostics) {
  const LocatedText text = LocatedText::FromFile(
      std::make_shared<const SourceFile>("condition", condition));
  const ast::ExprPtr parsed = ParseCondition(text, {}, diagnostics);
  if (parsed == nullptr) return nullptr;
  CheckedRule rule;
  rule.rule.name = "condition";
  rule.rule.condition = condition;
  rule.rule.source = std::string(kSyscallSource);
  rule.rule.range = text.Whole();
  rule.warn_evttypes = false;
  rule.condition = Checker(DefaultCatalog(), {})
                       .Check(parsed, UnknownNames::kError, diagnostics);
  if (rule.condition == nullptr) return nullptr;
  std::vector<CheckedRule> rules;
  rules.push_back(std::move(rule));
  return BuildRuleSet(std::move(rules), BuiltInSources(), {}, diagnostics);
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/rule_set_builder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "proto/record.h"
#include "rules/compile/compiler.h"
#include "rules/compile/program.h"
#include "rules/eval/evaluator.h"
#include "rules/eval/field_source.h"
#include "rules/ruleset/candidate_index.h"
#include "rules/ruleset/domain_names.h"
#include "rules/ruleset/event_type_index.h"
#include "rules/ruleset/indexed_rules.h"
#include "rules/ruleset/json_rules.h"
#include "rules/ruleset/rule_set.h"
#include "rules/ruleset/rule_warnings.h"
#include "rules/sources/event_sources.h"

namespace eyrie::rules {
namespace {

class State : public EvaluationState {
 public:
  State(const RuleProgram& program, const JsonRules& json_rules)
      : memory(program), json_memory(json_rules.NewMemory()) {}

  EvaluationMemory memory;
  NumberBits candidates;
  JsonRules::Memory json_memory;
};

class CompiledRuleSet : public RuleSet {
 public:
  CompiledRuleSet(std::shared_ptr<const EventSources> sources,
                  std::vector<Rule> rules, RuleProgram program,
                  std::vector<IndexedRules> by_type, JsonRules json_rules,
                  std::vector<std::string> domain_names, const Compat& compat)
      : compat_(compat),
        sources_(std::move(sources)),
        rules_(std::move(rules)),
        program_(std::move(program)),
        by_type_(std::move(by_type)),
        json_rules_(std::move(json_rules)),
        domain_names_(std::move(domain_names)) {
    for (size_t i = 0; i < rules_.size(); ++i) by_name_[rules_[i].name] = i;
    for (size_t type = 0; type < by_type_.size(); ++type) {
      if (!by_type_[type].empty()) {
        event_types_.push_back(static_cast<uint16_t>(type));
      }
    }
  }

  absl::Span<const Rule> rules() const override { return rules_; }

  const Rule* FindRule(absl::string_view name) const override {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &rules_[found->second];
  }

  absl::Span<const uint16_t> event_types() const override {
    return event_types_;
  }

  absl::Span<const std::string> domain_names() const override {
    return domain_names_;
  }

  std::unique_ptr<EvaluationState> NewState() const override {
    return std::make_unique<State>(program_, json_rules_);
  }

  void Match(const Event& event, EvaluationState& state,
             absl::InlinedVector<uint32_t, 8>& matches) const override {
    Judge(event, /*possible=*/false, state, matches);
    LeaveFirst(matches);
  }

  void Match(const JsonEvent& event, EvaluationState& state,
             absl::InlinedVector<uint32_t, 8>& matches) const override {
    json_rules_.Match(event, static_cast<State&>(state).json_memory, matches);
    LeaveFirst(matches);
  }

  void MatchPossible(const Event& event, EvaluationState& state,
                     absl::InlinedVector<uint32_t, 8>& matches) const override {
    Judge(event, /*possible=*/true, state, matches);
  }

 private:
  void LeaveFirst(absl::InlinedVector<uint32_t, 8>& matches) const {
    if (compat_.first_rule_only && matches.size() > 1) matches.resize(1);
  }

  // Rules that are true; with `possible` those, too, that are unknown: what a
  // node does not know the centre may.
  void Judge(const Event& event, bool possible, EvaluationState& state,
             absl::InlinedVector<uint32_t, 8>& matches) const {
    matches.resize(0);  // keeps its memory
    const uint16_t type = event.record.type();
    if (type >= by_type_.size() || by_type_[type].empty()) return;
    State& own = static_cast<State&>(state);
    own.memory.Begin();
    const EventSource source(event);
    const KnownSource known(source);
    Evaluator evaluator(program_,
                        compat_.unknown_is_absent && !possible
                            ? static_cast<const FieldSource&>(known)
                            : source,
                        own.memory);
    by_type_[type].Match(evaluator, possible, own.candidates, matches);
  }

  const Compat compat_;
  const std::shared_ptr<const EventSources> sources_;  // own the fields
  const std::vector<Rule> rules_;
  const RuleProgram program_;
  const std::vector<IndexedRules> by_type_;
  const JsonRules json_rules_;
  const std::vector<std::string> domain_names_;
  std::vector<uint16_t> event_types_;
  absl::flat_hash_map<absl::string_view, size_t> by_name_;  // borrows rules_
};

// Puts checked rules together, one by one.
class RuleSetMaker {
 public:
  RuleSetMaker(std::shared_ptr<const EventSources> sources, size_t rule_count,
               const Compat& compat, Diagnostics& diagnostics)
      : sources_(std::move(sources)),
        compat_(compat),
        diagnostics_(diagnostics),
        json_rules_(compat.unknown_is_absent) {
    rules_.reserve(rule_count);
  }

  // False, and an error, if the program becomes too large.
  bool AddKernelRule(CheckedRule& checked, const EventTypes& types) {
    const auto number = static_cast<uint32_t>(rules_.size());
    Rule& rule = rules_.emplace_back(std::move(checked.rule));
    rule.matches_all_types = types.matches_all;
    for (const TypedCondition& typed : types.conditions) {
      rule.event_types.push_back(typed.type);
    }
    if (!rule.enabled) return true;
    WarnAboutEventTypes(rule, types, checked.warn_evttypes, diagnostics_);
    WarnAboutFields(rule, types, diagnostics_);
    domain_names_.Add(rule, *checked.condition, diagnostics_);
    for (const TypedCondition& typed : types.conditions) {
      const absl::StatusOr<NodeRef> ref = compiler_.Add(typed.condition);
      if (!Check(ref.status(), rule)) return false;
      by_type_[typed.type].Add(number, *ref);
    }
    return true;
  }

  // As AddKernelRule(). Its events have one type only.
  bool AddJsonRule(CheckedRule& checked) {
    const auto number = static_cast<uint32_t>(rules_.size());
    const Rule& rule = rules_.emplace_back(std::move(checked.rule));
    if (!rule.enabled) return true;
    EventTypes types;
    types.conditions.push_back({0, checked.condition});
    WarnAboutFields(rule, types, diagnostics_);
    return Check(json_rules_.Add(rule.source, number, checked.condition), rule);
  }

  std::shared_ptr<const RuleSet> Make() && {
    RuleProgram program = std::move(compiler_).Finish();
    for (IndexedRules& rules : by_type_) rules.Finish(program);
    json_rules_.Finish();
    return std::make_shared<CompiledRuleSet>(
        std::move(sources_), std::move(rules_), std::move(program),
        std::move(by_type_), std::move(json_rules_), domain_names_.names(),
        compat_);
  }

 private:
  bool Check(const absl::Status& status, const Rule& rule) {
    if (status.ok()) return true;
    diagnostics_.Error("limit-exceeded", rule.range,
                       std::string(status.message()));
    return false;
  }

  std::shared_ptr<const EventSources> sources_;
  const Compat compat_;
  Diagnostics& diagnostics_;
  Compiler compiler_;
  std::vector<Rule> rules_;
  std::vector<IndexedRules> by_type_ =
      std::vector<IndexedRules>(EYRIE_EVENT_LIMIT);
  JsonRules json_rules_;
  DomainNames domain_names_;
};

}  // namespace

std::shared_ptr<const RuleSet> BuildRuleSet(
    std::vector<CheckedRule> checked,
    std::shared_ptr<const EventSources> sources, const Compat& compat,
    Diagnostics& diagnostics) {
  std::vector<BoundExprPtr> conditions;  // on the kernel's events
  for (const CheckedRule& rule : checked) {
    if (rule.rule.source == kSyscallSource) {
      conditions.push_back(rule.condition);
    }
  }
  const std::vector<EventTypes> types = InferEventTypes(conditions);

  RuleSetMaker maker(std::move(sources), checked.size(), compat, diagnostics);
  auto next_types = types.begin();
  for (CheckedRule& rule : checked) {
    const bool is_added = rule.rule.source == kSyscallSource
                              ? maker.AddKernelRule(rule, *next_types++)
                              : maker.AddJsonRule(rule);
    if (!is_added) return nullptr;
  }
  if (diagnostics.has_errors()) return nullptr;
  return std::move(maker).Make();
}

}  // namespace eyrie::rules

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
#include "rules/ruleset/event_type_index.h"
#include "rules/ruleset/rule_set.h"
#include "rules/ruleset/rule_warnings.h"

namespace eyrie::rules {
namespace {

// The enabled rules that events of one type can match, ascending, with their
// conditions for that type.
struct TypeRules {
  std::vector<uint32_t> rules;
  std::vector<NodeRef> conditions;
  std::unique_ptr<const CandidateIndex> index;  // over conditions; null if none
};

class State : public EvaluationState {
 public:
  explicit State(const RuleProgram& program) : memory(program) {}

  EvaluationMemory memory;
  NumberBits candidates;
};

class CompiledRuleSet : public RuleSet {
 public:
  CompiledRuleSet(std::vector<Rule> rules, RuleProgram program,
                  std::vector<TypeRules> by_type)
      : rules_(std::move(rules)),
        program_(std::move(program)),
        by_type_(std::move(by_type)) {
    for (size_t i = 0; i < rules_.size(); ++i) by_name_[rules_[i].name] = i;
    for (size_t type = 0; type < by_type_.size(); ++type) {
      if (by_type_[type].index != nullptr) {
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

  std::unique_ptr<EvaluationState> NewState() const override {
    return std::make_unique<State>(program_);
  }

  void Match(const Event& event, EvaluationState& state,
             absl::InlinedVector<uint32_t, 8>& matches) const override {
    Judge(event, /*possible=*/false, state, matches);
  }

  void MatchPossible(const Event& event, EvaluationState& state,
                     absl::InlinedVector<uint32_t, 8>& matches) const override {
    Judge(event, /*possible=*/true, state, matches);
  }

 private:
  // Rules that are true; with `possible` those, too, that are unknown.
  void Judge(const Event& event, bool possible, EvaluationState& state,
             absl::InlinedVector<uint32_t, 8>& matches) const {
    matches.resize(0);  // keeps its memory
    const uint16_t type = event.record.type();
    if (type >= by_type_.size() || by_type_[type].index == nullptr) return;
    const TypeRules& rules = by_type_[type];
    State& own = static_cast<State&>(state);
    own.memory.Begin();
    const EventSource source(event);
    Evaluator evaluator(program_, source, own.memory);
    rules.index->Find(evaluator, possible, own.candidates);
    own.candidates.ForEach([&](uint32_t candidate) {
      const Truth truth = evaluator.Evaluate(rules.conditions[candidate]);
      if (truth == Truth::kTrue || (possible && truth == Truth::kUnknown)) {
        matches.push_back(rules.rules[candidate]);
      }
    });
  }

  const std::vector<Rule> rules_;
  const RuleProgram program_;
  const std::vector<TypeRules> by_type_;
  std::vector<uint16_t> event_types_;
  absl::flat_hash_map<absl::string_view, size_t> by_name_;  // borrows rules_
};

}  // namespace

std::shared_ptr<const RuleSet> BuildRuleSet(std::vector<CheckedRule> checked,
                                            Diagnostics& diagnostics) {
  std::vector<BoundExprPtr> conditions;
  for (const CheckedRule& rule : checked) conditions.push_back(rule.condition);
  const std::vector<EventTypes> types = InferEventTypes(conditions);

  Compiler compiler;
  std::vector<Rule> rules;
  std::vector<TypeRules> by_type(EYRIE_EVENT_LIMIT);
  for (size_t i = 0; i < checked.size(); ++i) {
    Rule& rule = rules.emplace_back(std::move(checked[i].rule));
    rule.matches_all_types = types[i].matches_all;
    for (const TypedCondition& typed : types[i].conditions) {
      rule.event_types.push_back(typed.type);
    }
    if (!rule.enabled) continue;
    WarnAboutEventTypes(rule, types[i], checked[i].warn_evttypes, diagnostics);
    WarnAboutFields(rule, types[i], diagnostics);
    for (const TypedCondition& typed : types[i].conditions) {
      const absl::StatusOr<NodeRef> ref = compiler.Add(typed.condition);
      if (!ref.ok()) {
        diagnostics.Error("limit-exceeded", rule.range,
                          std::string(ref.status().message()));
        return nullptr;
      }
      by_type[typed.type].rules.push_back(static_cast<uint32_t>(i));
      by_type[typed.type].conditions.push_back(*ref);
    }
  }
  RuleProgram program = std::move(compiler).Finish();
  for (TypeRules& type : by_type) {
    if (type.rules.empty()) continue;
    type.index = std::make_unique<CandidateIndex>(program, type.conditions);
  }
  return std::make_shared<CompiledRuleSet>(std::move(rules), std::move(program),
                                           std::move(by_type));
}

}  // namespace eyrie::rules

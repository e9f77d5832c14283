// SPDX-License-Identifier: Apache-2.0

#include "rules/ruleset/candidate_index.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/compile/cost.h"
#include "rules/compile/gate.h"
#include "rules/compile/guard.h"
#include "rules/eval/glob.h"

namespace eyrie::rules {
namespace {

TextIndex::Place PlaceOf(Test test) {
  switch (test) {
    case Test::kStartswith:
      return TextIndex::Place::kBegin;
    case Test::kEndswith:
      return TextIndex::Place::kEnd;
    case Test::kContains:
      return TextIndex::Place::kAnywhere;
    default:
      return TextIndex::Place::kWhole;
  }
}

bool MayHold(Truth truth, bool possible) {
  return truth == Truth::kTrue || (possible && truth == Truth::kUnknown);
}

}  // namespace

CandidateIndex::CandidateIndex(const RuleProgram& program,
                               absl::Span<const NodeRef> conditions)
    : always_(conditions.size()) {
  // Places in by_operand_ and by_node_.
  absl::flat_hash_map<uint32_t, size_t> operand_places;
  absl::flat_hash_map<NodeRef, size_t> node_places;
  const std::vector<std::optional<Guard>> guards =
      FindGuards(program, conditions);
  for (size_t i = 0; i < conditions.size(); ++i) {
    const auto condition = static_cast<uint32_t>(i);
    if (!guards[i].has_value()) {
      always_.Insert(condition);
      ++always_count_;
      continue;
    }
    for (const uint32_t node : *guards[i]) {
      const PredicateCode& code = program.predicates[program.nodes[node].first];
      if (LookupOf(program, code) != Lookup::kNone) {
        const auto [place, is_new] =
            operand_places.emplace(code.left, by_operand_.size());
        if (is_new) by_operand_.emplace_back().operand = code.left;
        AddLookup(program, code, condition, by_operand_[place->second]);
        continue;
      }
      const auto [place, is_new] =
          node_places.emplace(node * 2, by_node_.size());
      if (is_new) by_node_.push_back({node * 2, {}});
      by_node_[place->second].conditions.push_back(condition);
    }
  }
  for (ByOperand& operand : by_operand_) {
    operand.texts.Finish();
    std::sort(operand.numbers.begin(), operand.numbers.end());
    operand.gate = GateOf(program, conditions, operand);
  }
}

NodeRef CandidateIndex::GateOf(const RuleProgram& program,
                               absl::Span<const NodeRef> conditions,
                               const ByOperand& operand) {
  std::vector<NodeRef> found;
  found.reserve(operand.all.size());
  for (const uint32_t condition : operand.all) {
    found.push_back(conditions[condition]);
  }
  const Operand& read = *program.operands[operand.operand].operand;
  return FindGate(program, found, operand.operand,
                  kLookupCost + EstimateOperand(read));
}

void CandidateIndex::AddLookup(const RuleProgram& program,
                               const PredicateCode& code, uint32_t condition,
                               ByOperand& operand) {
  if (operand.all.empty() || operand.all.back() != condition) {
    operand.all.push_back(condition);
  }
  switch (code.test) {
    case Test::kTextInSet:
      for (const std::string& text :
           program.string_sets[code.first].strings()) {
        operand.texts.Add(TextIndex::Place::kWhole, text, condition);
      }
      break;
    case Test::kNumberInSet:
      for (const uint64_t number : program.number_sets[code.first].numbers()) {
        operand.numbers.emplace_back(number, condition);
      }
      break;
    case Test::kNumberEqual:
      for (uint32_t i = 0; i < code.count; ++i) {
        operand.numbers.emplace_back(program.literals[code.first + i].number,
                                     condition);
      }
      break;
    case Test::kGlob:
      for (uint32_t i = 0; i < code.count; ++i) {
        operand.texts.Add(TextIndex::Place::kAnywhere,
                          LiteralPart(program.literals[code.first + i].text),
                          condition);
      }
      break;
    default:
      for (uint32_t i = 0; i < code.count; ++i) {
        operand.texts.Add(PlaceOf(code.test),
                          program.literals[code.first + i].text, condition);
      }
      break;
  }
}

void CandidateIndex::Find(Evaluator& evaluator, bool possible,
                          NumberBits& candidates) const {
  candidates = always_;
  const auto insert = [&candidates](uint32_t id) { candidates.Insert(id); };
  for (const ByOperand& operand : by_operand_) {
    if (operand.gate != kTrueRef &&
        !MayHold(evaluator.Evaluate(operand.gate), possible)) {
      continue;
    }
    const FieldValues& values = evaluator.Values(operand.operand);
    if (values.presence == Presence::kAbsent) continue;
    if (values.presence == Presence::kUnknown && possible) {
      for (const uint32_t id : operand.all) candidates.Insert(id);
      continue;
    }
    for (const Value& value : values.values) {
      if (operand.numbers.empty()) {
        operand.texts.Find(value.text, insert);
        continue;
      }
      auto found =
          std::lower_bound(operand.numbers.begin(), operand.numbers.end(),
                           std::make_pair(value.number, uint32_t{0}));
      for (; found != operand.numbers.end() && found->first == value.number;
           ++found) {
        candidates.Insert(found->second);
      }
    }
  }
  for (const ByNode& node : by_node_) {
    if (!MayHold(evaluator.Evaluate(node.node), possible)) continue;
    for (const uint32_t id : node.conditions) candidates.Insert(id);
  }
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// A comparison guards itself. One of the operands of `and` guards the whole;
// all operands of `or` together do. Negation stands at the leaves by then, and
// a negated comparison guards nothing: it holds for most events.

#include "rules/compile/guard.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "rules/eval/glob.h"

namespace eyrie::rules {
namespace {

// More comparisons than this guard nothing: the lookups would take more memory
// than they save time. The largest guard of the official rules has 19.
constexpr size_t kMaxGuard = 4096;

// To ask a rule that is found, in the unit of Estimate::cost.
constexpr double kRuleCost = 20;
// A guard that holds more often than this saves nothing.
constexpr double kMaxTruth = 0.7;

class GuardFinder {
 public:
  GuardFinder(const RuleProgram& program, absl::Span<const NodeRef> conditions)
      : program_(program) {
    for (const NodeRef condition : conditions) {
      counted_.clear();
      Count(condition);
    }
  }

  std::optional<Guard> Find(NodeRef condition) {
    const Choice& choice = Choose(condition);
    if (!choice.exists || choice.truth > kMaxTruth) return std::nullopt;
    return choice.guard;
  }

 private:
  struct Choice {
    bool exists = false;
    double cost = 0;
    double truth = 0;
    Guard guard;
  };

  static bool IsAnd(const NodeCode& node, NodeRef ref) {
    return (node.kind == NodeCode::Kind::kAnd) == (ref % 2 == 0);
  }

  absl::Span<const NodeRef> ChildrenOf(const NodeCode& node) const {
    return absl::MakeConstSpan(program_.children)
        .subspan(node.first, node.count);
  }

  // Counts the conditions that could be found by a lookup of an operand.
  void Count(NodeRef ref) {
    if (!counted_.insert(ref).second) return;
    const NodeCode& node = program_.nodes[ref / 2];
    switch (node.kind) {
      case NodeCode::Kind::kConstant:
        break;
      case NodeCode::Kind::kPredicate:
        if (ref % 2 == 0) {
          const PredicateCode& code = program_.predicates[node.first];
          if (LookupOf(program_, code) != Lookup::kNone) ++users_[code.left];
        }
        break;
      case NodeCode::Kind::kAnd:
      case NodeCode::Kind::kOr:
        for (const NodeRef child : ChildrenOf(node)) Count(child ^ (ref & 1));
        break;
    }
  }

  const Choice& Choose(NodeRef ref) {
    const auto found = choices_.find(ref);
    if (found != choices_.end()) return found->second;
    Choice choice = Compute(ref);
    return choices_[ref] = std::move(choice);
  }

  Choice Compute(NodeRef ref) {
    const NodeCode& node = program_.nodes[ref / 2];
    switch (node.kind) {
      case NodeCode::Kind::kConstant: {
        Choice never;
        never.exists = ref == kFalseRef;
        return never;
      }
      case NodeCode::Kind::kPredicate:
        return OfPredicate(ref);
      case NodeCode::Kind::kAnd:
      case NodeCode::Kind::kOr:
        return IsAnd(node, ref) ? Cheapest(node, ref) : Union(node, ref);
    }
    return {};
  }

  Choice OfPredicate(NodeRef ref) const {
    Choice choice;
    if (ref % 2 != 0) return choice;
    const uint32_t node = ref / 2;
    const PredicateCode& code = program_.predicates[program_.nodes[node].first];
    const Estimate& estimate = program_.estimates[node];
    double cost = estimate.cost;
    if (LookupOf(program_, code) != Lookup::kNone) {
      const auto users = users_.find(code.left);
      cost = (kLookupCost + estimate.cost) /
             (users == users_.end() ? 1 : users->second);
    }
    choice.exists = true;
    choice.truth = estimate.truth;
    choice.cost = cost + estimate.truth * kRuleCost;
    choice.guard = {node};
    return choice;
  }

  Choice Cheapest(const NodeCode& node, NodeRef ref) {
    Choice best;
    for (const NodeRef child : ChildrenOf(node)) {
      const Choice& choice = Choose(child ^ (ref & 1));
      if (!choice.exists || (best.exists && best.cost <= choice.cost)) continue;
      best = choice;
    }
    return best;
  }

  Choice Union(const NodeCode& node, NodeRef ref) {
    Choice all;
    double none = 1;
    for (const NodeRef child : ChildrenOf(node)) {
      const Choice& choice = Choose(child ^ (ref & 1));
      if (!choice.exists) return {};
      all.cost += choice.cost;
      none *= 1 - choice.truth;
      all.guard.insert(all.guard.end(), choice.guard.begin(),
                       choice.guard.end());
      if (all.guard.size() > kMaxGuard) return {};
    }
    std::sort(all.guard.begin(), all.guard.end());
    all.guard.erase(std::unique(all.guard.begin(), all.guard.end()),
                    all.guard.end());
    all.exists = true;
    all.truth = 1 - none;
    return all;
  }

  const RuleProgram& program_;
  // Conditions that could be found by an operand.
  absl::flat_hash_map<uint32_t, double> users_;
  absl::flat_hash_set<NodeRef> counted_;
  absl::flat_hash_map<NodeRef, Choice> choices_;
};

}  // namespace

Lookup LookupOf(const RuleProgram& program, const PredicateCode& code) {
  if (code.negated || code.needs_all ||
      (code.combine != Combine::kOne && code.combine != Combine::kAny)) {
    return Lookup::kNone;
  }
  switch (code.test) {
    case Test::kTextEqual:
    case Test::kContains:
    case Test::kStartswith:
    case Test::kEndswith:
    case Test::kTextInSet:
      return Lookup::kText;
    case Test::kGlob:
      // A pattern of wildcards alone holds no text.
      for (uint32_t i = 0; i < code.count; ++i) {
        const Literal& literal = program.literals[code.first + i];
        if (LiteralPart(literal.text).empty()) return Lookup::kNone;
      }
      return Lookup::kText;
    case Test::kNumberEqual:
    case Test::kNumberInSet:
      return Lookup::kNumber;
    default:
      return Lookup::kNone;
  }
}

std::vector<std::optional<Guard>> FindGuards(
    const RuleProgram& program, absl::Span<const NodeRef> conditions) {
  GuardFinder finder(program, conditions);
  std::vector<std::optional<Guard>> guards;
  guards.reserve(conditions.size());
  for (const NodeRef condition : conditions) {
    guards.push_back(finder.Find(condition));
  }
  return guards;
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0
//
// Rules that are found by the same operand often share a macro: all that look
// for O_TRUNC among the flags of an open want a file that is open for writing.
// An open for reading need not have its flags rendered, then, however many such
// rules there are.

#include "rules/compile/gate.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

namespace eyrie::rules {
namespace {

// What holds more often, by a guess that may be wrong, is no gate.
constexpr double kMaxTruth = 0.3;
// Estimates are rough: a gate promises to spare so many times what it costs.
constexpr double kMinGain = 2;

Estimate EstimateOf(const RuleProgram& program, NodeRef ref) {
  Estimate estimate = program.estimates[ref / 2];
  if (ref % 2 != 0) estimate.truth = 1 - estimate.truth;
  return estimate;
}

// Adds the comparisons that `ref` needs: itself, or if it is an `and`, those
// that it consists of.
void AddConjuncts(const RuleProgram& program, NodeRef ref,
                  std::vector<NodeRef>& conjuncts) {
  const NodeCode& node = program.nodes[ref / 2];
  if (node.kind == NodeCode::Kind::kPredicate) conjuncts.push_back(ref);
  // Not (a or b) is (not a) and (not b).
  const NodeCode::Kind both =
      ref % 2 == 0 ? NodeCode::Kind::kAnd : NodeCode::Kind::kOr;
  if (node.kind != both) return;
  for (uint32_t i = 0; i < node.count; ++i) {
    AddConjuncts(program, program.children[node.first + i] ^ (ref & 1),
                 conjuncts);
  }
}

// The comparisons that all of `conditions` need, ascending.
std::vector<NodeRef> CommonConjuncts(const RuleProgram& program,
                                     absl::Span<const NodeRef> conditions) {
  std::vector<NodeRef> common, next, both;
  for (size_t i = 0; i < conditions.size() && (i == 0 || !common.empty());
       ++i) {
    next.clear();
    AddConjuncts(program, conditions[i], next);
    std::sort(next.begin(), next.end());
    if (i == 0) {
      common = next;
      continue;
    }
    both.clear();
    std::set_intersection(common.begin(), common.end(), next.begin(),
                          next.end(), std::back_inserter(both));
    common.swap(both);
  }
  return common;
}

}  // namespace

NodeRef FindGate(const RuleProgram& program,
                 absl::Span<const NodeRef> conditions, uint32_t operand,
                 double cost) {
  NodeRef gate = kTrueRef;
  double most = 0;
  for (const NodeRef ref : CommonConjuncts(program, conditions)) {
    const NodeCode& node = program.nodes[ref / 2];
    if (program.predicates[node.first].left == operand) continue;
    const Estimate estimate = EstimateOf(program, ref);
    const double spared = (1 - estimate.truth) * cost;
    if (estimate.truth > kMaxTruth || spared < kMinGain * estimate.cost ||
        spared - estimate.cost <= most) {
      continue;
    }
    gate = ref;
    most = spared - estimate.cost;
  }
  return gate;
}

}  // namespace eyrie::rules

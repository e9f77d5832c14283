// SPDX-License-Identifier: Apache-2.0
//
// Stage 8 of the rule engine: compiles bound conditions to a program.

#ifndef EYRIE_RULES_COMPILE_COMPILER_H_
#define EYRIE_RULES_COMPILE_COMPILER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/compile/cost.h"
#include "rules/compile/program.h"

namespace eyrie::rules {

struct CompileLimits {
  // Nodes and branches of one program, before it is refused. 10,000 rules as
  // large as the official ones need about 1,500,000.
  size_t max_program_size = 8'000'000;
};

// Compiles conditions into one program. Add them all, then call Finish().
//
// Not thread-safe.
class Compiler {
 public:
  explicit Compiler(const CompileLimits& limits = {});

  // Adds a condition and returns the node that has its truth.
  //
  // Returns kResourceExhausted if the program becomes too large. REQUIRES:
  // `condition` came from Checker::Check, simplified or not.
  absl::StatusOr<NodeRef> Add(const BoundExprPtr& condition);

  // The program of all that was added. REQUIRES: called once, last.
  RuleProgram Finish() &&;

 private:
  NodeRef AddExpr(const BoundExprPtr& expr);
  NodeRef AddBranches(const BoundExpr& expr);
  NodeRef AddPredicate(const Predicate& predicate);
  uint32_t AddOperand(const OperandPtr& operand);
  void AddLiterals(const Predicate& predicate, PredicateCode& code);
  bool AddSet(const Predicate& predicate, PredicateCode& code);
  uint32_t AddNode(const NodeCode& node, const Estimate& estimate);
  Estimate EstimateOf(NodeRef ref) const;

  const CompileLimits limits_;
  RuleProgram program_;
  absl::flat_hash_map<const BoundExpr*, NodeRef> exprs_;
  std::vector<BoundExprPtr> kept_;  // what exprs_ points to
  // By printed text, as it stands in program_.
  absl::flat_hash_map<absl::string_view, NodeRef> predicates_;
  absl::flat_hash_map<std::string, uint32_t> operands_;  // by text
  // Branches by kind and children.
  absl::flat_hash_map<std::vector<uint32_t>, NodeRef> branches_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPILE_COMPILER_H_

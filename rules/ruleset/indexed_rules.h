// SPDX-License-Identifier: Apache-2.0
//
// Rules that are asked about the same events, found by an index.

#ifndef EYRIE_RULES_RULESET_INDEXED_RULES_H_
#define EYRIE_RULES_RULESET_INDEXED_RULES_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/inlined_vector.h"

#include "rules/check/types.h"
#include "rules/compile/program.h"
#include "rules/eval/evaluator.h"
#include "rules/ruleset/candidate_index.h"

namespace eyrie::rules {

// Usage: Add() rules in ascending order, Finish(), then Match().
//
// Thread safety: const methods may be called from any thread after Finish().
class IndexedRules {
 public:
  void Add(uint32_t rule, NodeRef condition) {
    rules_.push_back(rule);
    conditions_.push_back(condition);
  }
  // Makes the index. Call it once, with the program of the conditions.
  void Finish(const RuleProgram& program) {
    if (empty()) return;
    index_ = std::make_unique<CandidateIndex>(program, conditions_);
  }
  bool empty() const { return rules_.empty(); }

  // Adds the rules that are true to `matches`, ascending; with `possible`
  // those, too, that are unknown. `candidates` is memory that is used again.
  // REQUIRES: not empty.
  void Match(Evaluator& evaluator, bool possible, NumberBits& candidates,
             absl::InlinedVector<uint32_t, 8>& matches) const {
    index_->Find(evaluator, possible, candidates);
    candidates.ForEach([&](uint32_t candidate) {
      const Truth truth = evaluator.Evaluate(conditions_[candidate]);
      if (truth == Truth::kTrue || (possible && truth == Truth::kUnknown)) {
        matches.push_back(rules_[candidate]);
      }
    });
  }

 private:
  std::vector<uint32_t> rules_;
  std::vector<NodeRef> conditions_;  // of rules_
  std::unique_ptr<const CandidateIndex> index_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_INDEXED_RULES_H_

// SPDX-License-Identifier: Apache-2.0
//
// Which conditions an event may satisfy, found by a few lookups of its values
// instead of asking each condition.

#ifndef EYRIE_RULES_RULESET_CANDIDATE_INDEX_H_
#define EYRIE_RULES_RULESET_CANDIDATE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"

#include "rules/compile/program.h"
#include "rules/eval/evaluator.h"
#include "rules/eval/text_index.h"

namespace eyrie::rules {

// A set of numbers below a limit.
class NumberBits {
 public:
  explicit NumberBits(size_t limit = 0) : words_((limit + 63) / 64) {}

  void Insert(uint32_t number) {
    words_[number / 64] |= uint64_t{1} << (number % 64);
  }
  // Calls `visit(number)` for each, ascending.
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(static_cast<uint32_t>(i * 64) +
              static_cast<uint32_t>(__builtin_ctzll(word)));
      }
    }
  }

 private:
  std::vector<uint64_t> words_;
};

// The conditions of one event type by what must hold for them to hold. Ten
// times the conditions take about the same time, if they differ in their
// literals.
//
// Thread safety: immutable after construction.
class CandidateIndex {
 public:
  // `conditions[i]` is condition i of `program`. Borrows nothing.
  CandidateIndex(const RuleProgram& program,
                 absl::Span<const NodeRef> conditions);

  // How many conditions are asked about every event.
  size_t always() const { return always_count_; }

  // Puts all conditions that may be true into `candidates`; with `possible`
  // those, too, that may be unknown. Allocates nothing once `candidates` has
  // had its size.
  void Find(Evaluator& evaluator, bool possible, NumberBits& candidates) const;

 private:
  // Conditions that one operand finds.
  struct ByOperand {
    uint32_t operand = 0;
    // What all of them need, asked before the operand; see compile/gate.h.
    NodeRef gate = kTrueRef;
    TextIndex texts;
    // Ascending by number, once all are added.
    std::vector<std::pair<uint64_t, uint32_t>> numbers;
    std::vector<uint32_t> all;
  };
  // Conditions to be asked if one comparison, itself asked first, holds.
  struct ByNode {
    NodeRef node = 0;
    std::vector<uint32_t> conditions;
  };

  // Adds what finds `condition` by a value of its operand.
  static void AddLookup(const RuleProgram& program, const PredicateCode& code,
                        uint32_t condition, ByOperand& operand);
  // What to ask before `operand` is read; kTrueRef if nothing.
  static NodeRef GateOf(const RuleProgram& program,
                        absl::Span<const NodeRef> conditions,
                        const ByOperand& operand);

  size_t always_count_ = 0;
  NumberBits always_;
  std::vector<ByOperand> by_operand_;
  std::vector<ByNode> by_node_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_CANDIDATE_INDEX_H_

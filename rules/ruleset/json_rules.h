// SPDX-License-Identifier: Apache-2.0
//
// The part of a rule set that judges JSON events.

#ifndef EYRIE_RULES_RULESET_JSON_RULES_H_
#define EYRIE_RULES_RULESET_JSON_RULES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "rules/check/bound_expr.h"
#include "rules/compile/compiler.h"
#include "rules/compile/program.h"
#include "rules/compile/simplify.h"
#include "rules/eval/evaluator.h"
#include "rules/json/json_event.h"
#include "rules/ruleset/candidate_index.h"
#include "rules/ruleset/indexed_rules.h"

namespace eyrie::rules {

// Enabled rules of JSON sources. Each source has a program of its own: its
// rules see its events only, and the same text may be another field there.
//
// Thread safety: const methods may be called from any thread, once Finish() was
// called.
class JsonRules {
 public:
  // What one thread evaluates in, for one source.
  struct SourceMemory {
    explicit SourceMemory(const RuleProgram& program) : memory(program) {}

    EvaluationMemory memory;
    NumberBits candidates;
  };
  // For each source.
  using Memory = std::vector<SourceMemory>;

  // `unknown_is_absent` as Compat has it.
  explicit JsonRules(bool unknown_is_absent)
      : unknown_is_absent_(unknown_is_absent) {}

  // Compiles rule number `rule` of `source`. Numbers ascend. Returns
  // kResourceExhausted if the program becomes too large.
  absl::Status Add(absl::string_view source, uint32_t rule,
                   const BoundExprPtr& condition);
  // Call it once, after the last rule.
  void Finish();

  Memory NewMemory() const;

  // Puts the numbers of rules that hold for `event` into `matches`, ascending.
  // None if its source has no rules.
  //
  // REQUIRES: `memory` came from NewMemory().
  void Match(const JsonEvent& event, Memory& memory,
             absl::InlinedVector<uint32_t, 8>& matches) const;

 private:
  struct Tools {
    Simplifier simplifier;
    Compiler compiler;
  };
  struct Source {
    std::unique_ptr<Tools> tools = std::make_unique<Tools>();  // until Finish()
    RuleProgram program;
    IndexedRules rules;
  };

  bool unknown_is_absent_;
  std::vector<Source> sources_;
  absl::flat_hash_map<std::string, size_t> by_name_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_JSON_RULES_H_

// SPDX-License-Identifier: Apache-2.0
//
// Loaded rules, ready to judge events.

#ifndef EYRIE_RULES_RULESET_RULE_SET_H_
#define EYRIE_RULES_RULESET_RULE_SET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/fields/event.h"
#include "rules/output/output_template.h"
#include "rules/priority.h"
#include "rules/source.h"

namespace eyrie::rules {

struct JsonEvent;

// What a rule is, beside its compiled condition.
struct Rule {
  std::string name;
  std::string description;
  std::string condition;  // as written, macros not expanded
  Priority priority = Priority::kDebug;
  std::string source;  // "syscall", or a JSON source's name
  std::vector<std::string> tags;
  bool enabled = true;
  SourceRange range;
  OutputTemplate output;
  // Of `syscall`: event types it can match, ascending; see matches_all_types.
  std::vector<uint16_t> event_types;
  bool matches_all_types = false;
};

// Scratch memory of one thread's evaluations. Not thread-safe; reuse it. What
// is in it is the rule set's affair.
class EvaluationState {
 public:
  virtual ~EvaluationState() = default;
};

// Immutable after loading; swap it whole.
//
// Thread safety: const methods may be called from any thread, each with an
// EvaluationState of its own.
class RuleSet {
 public:
  virtual ~RuleSet() = default;

  // All rules in order of definition, disabled ones too. Index = rule number.
  virtual absl::Span<const Rule> rules() const = 0;
  // Null if there is none.
  virtual const Rule* FindRule(absl::string_view name) const = 0;
  // Types of the kernel's events that some enabled rule can match, ascending.
  // Events of other types need not be sent.
  virtual absl::Span<const uint16_t> event_types() const = 0;
  // Domain names that enabled rules compare fd.sip.name and the like with, as
  // they write them, ascending: what a DomainTable has to resolve.
  virtual absl::Span<const std::string> domain_names() const = 0;

  virtual std::unique_ptr<EvaluationState> NewState() const = 0;
  // Puts the numbers of enabled rules of source `syscall` that hold for `event`
  // into `matches`, ascending. Unknown is no match. No allocation once `state`
  // is warm, no locks. Values read stay in `state` until the next call, so that
  // formatting the output after a match reads nothing twice.
  virtual void Match(const Event& event, EvaluationState& state,
                     absl::InlinedVector<uint32_t, 8>& matches) const = 0;
  // The same for a JSON event, by the rules of its source.
  virtual void Match(const JsonEvent& event, EvaluationState& state,
                     absl::InlinedVector<uint32_t, 8>& matches) const = 0;
  // Numbers of enabled rules that are not definitely false: true or unknown.
  // For nodes.
  virtual void MatchPossible(
      const Event& event, EvaluationState& state,
      absl::InlinedVector<uint32_t, 8>& matches) const = 0;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_RULESET_RULE_SET_H_

// SPDX-License-Identifier: Apache-2.0
//
// Judges recorded events by rules, and prints what matches.

#ifndef EYRIE_CLIENTS_CLI_EVENT_JUDGE_H_
#define EYRIE_CLIENTS_CLI_EVENT_JUDGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "clients/cli/session.h"
#include "rules/fields/event.h"
#include "rules/json/json_event.h"
#include "rules/ruleset/rule_set.h"

namespace eyrie::cli {

// For `eyrie rules test --events`: a line for each match, at the end a table of
// matches by rule; with -o json alerts whose `uuid` is the event's place.
//
// Thread safety: none.
class EventJudge {
 public:
  // Borrows both.
  EventJudge(const rules::RuleSet& rules, Session& session);

  // Judges an event that stands at `place`. Returns whether the output is still
  // there.
  bool Take(const std::string& place, const rules::Event& event);
  bool Take(const std::string& place, const rules::JsonEvent& event);
  // Tells of something that is no event; of many only their number.
  void TakeMistake(const std::string& place, const absl::Status& mistake);

  // Matches by rule, and what was read.
  void PrintSummary() const;

  uint64_t mistakes() const { return mistakes_; }

 private:
  template <typename AnyEvent>
  bool Judge(const std::string& place, const AnyEvent& event, absl::Time time,
             absl::string_view node);

  const rules::RuleSet& rules_;
  Session& session_;
  const std::unique_ptr<rules::EvaluationState> state_;
  std::vector<uint64_t> counts_;  // by rule number
  uint64_t events_ = 0;
  uint64_t mistakes_ = 0;
};

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_EVENT_JUDGE_H_

// SPDX-License-Identifier: Apache-2.0
//
// Judges the event of a rule's test case.

#ifndef EYRIE_RULES_TESTING_FIXTURE_JUDGEMENT_H_
#define EYRIE_RULES_TESTING_FIXTURE_JUDGEMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rules/ruleset/rule_set.h"
#include "rules/sources/event_sources.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::rules::testing {

// What rules say of a case.
struct FixtureJudgement {
  // Numbers of the rules that hold, ascending.
  std::vector<uint32_t> fired;
  // What the case's rule prints for the event, whether it holds or not. Empty
  // if there is no such rule, or it judges events of another kind.
  std::string output;
};

// Judges the case's event: one of the kernel by MakeFixtureEvent(), a JSON text
// as an event of the source that the case's rule has in `sources`. Nothing
// fires for a JSON text if the rule has no JSON source.
//
// REQUIRES: `rules` was loaded with `sources`, and `state` is its own.
FixtureJudgement JudgeFixture(const RuleSet& rules, const EventSources& sources,
                              const RuleFixture& fixture,
                              EvaluationState& state);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_TESTING_FIXTURE_JUDGEMENT_H_

// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/fixture_judgement.h"

#include <memory>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"

#include "rules/json/json_parser.h"
#include "rules/testing/fixture_event.h"

namespace eyrie::rules::testing {
namespace {

// When events of JSON sources happened that do not say: 2023-11-14T22:13:20Z.
constexpr uint64_t kArrivalNs = 1'700'000'000'000'000'000;

template <typename AnyEvent>
void Judge(const RuleSet& rules, const AnyEvent& event, const Rule* rule,
           EvaluationState& state, FixtureJudgement& judgement) {
  absl::InlinedVector<uint32_t, 8> matches;
  rules.Match(event, state, matches);
  judgement.fired.assign(matches.begin(), matches.end());
  if (rule != nullptr) judgement.output = rule->output.Format(event).text;
}

}  // namespace

FixtureJudgement JudgeFixture(const RuleSet& rules, const EventSources& sources,
                              const RuleFixture& fixture,
                              EvaluationState& state) {
  FixtureJudgement judgement;
  const Rule* const rule = rules.FindRule(fixture.rule);
  const JsonSource* const source =
      rule == nullptr ? nullptr : sources.Find(rule->source);
  if (fixture.json.empty()) {
    const auto builder = MakeFixtureEvent(fixture);
    Judge(rules, builder->Build(), source == nullptr ? rule : nullptr, state,
          judgement);
    return judgement;
  }
  absl::StatusOr<Json> document = ParseJson(fixture.json);
  if (source == nullptr || !document.ok()) return judgement;
  const JsonEvents made = source->MakeEvents(*std::move(document), kArrivalNs);
  // A case describes one event.
  if (made.events.size() == 1) {
    Judge(rules, made.events[0], rule, state, judgement);
  }
  return judgement;
}

}  // namespace eyrie::rules::testing

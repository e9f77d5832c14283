// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/event_judge.h"

#include <cstddef>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "eyrie/v1/incident.pb.h"

#include "clients/cli/alert_json.h"
#include "clients/cli/diagnostic_text.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/text.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "rules/output/output_struct.h"
#include "rules/priority.h"

namespace eyrie::cli {
namespace {

// Lines that are no events, told one by one; of more the number is told.
constexpr uint64_t kMaxMistakes = 10;

// A match, where and when it was.
struct Match {
  const std::string& place;
  absl::Time time;
  absl::string_view node;
  const rules::Rule& rule;
};

void PrintLine(const Match& match, const rules::FormattedOutput& output,
               Session& session) {
  session.out() << SafeText(absl::StrCat(
                       match.place, " ",
                       TimeTextMillis(match.time, session.zone()), " ",
                       rules::PriorityName(match.rule.priority), " ",
                       match.rule.name, ": ", output.text))
                << '\n';
}

void PrintAlert(const Match& match, rules::FormattedOutput output,
                Session& session) {
  v1::Detection detection;
  detection.set_id(match.place);
  *detection.mutable_time() = ToProtoTime(match.time);
  detection.set_rule(match.rule.name);
  detection.set_priority(static_cast<v1::Priority>(match.rule.priority));
  detection.set_source(match.rule.source);
  for (const std::string& tag : match.rule.tags) detection.add_tags(tag);
  detection.set_node(std::string(match.node));
  *detection.mutable_output_fields() = rules::ToStruct(output);
  detection.set_output(std::move(output.text));
  session.out() << ToAlertJson(detection) << '\n';
}

}  // namespace

EventJudge::EventJudge(const rules::RuleSet& rules, Session& session)
    : rules_(rules),
      session_(session),
      state_(rules.NewState()),
      counts_(rules.rules().size()) {}

bool EventJudge::Take(const std::string& place, const rules::Event& event) {
  const absl::Time time = absl::FromUnixNanos(
      static_cast<int64_t>(event.record.time_ns()) + event.clock_offset_ns);
  return Judge(place, event, time, event.node);
}

bool EventJudge::Take(const std::string& place, const rules::JsonEvent& event) {
  return Judge(place, event,
               absl::FromUnixNanos(static_cast<int64_t>(event.time_ns)),
               event.hostname);
}

template <typename AnyEvent>
bool EventJudge::Judge(const std::string& place, const AnyEvent& event,
                       absl::Time time, absl::string_view node) {
  ++events_;
  absl::InlinedVector<uint32_t, 8> matches;
  rules_.Match(event, *state_, matches);
  for (const uint32_t number : matches) {
    ++counts_[number];
    const rules::Rule& rule = rules_.rules()[number];
    const Match match = {place, time, node, rule};
    if (session_.options().is_json()) {
      PrintAlert(match, rule.output.Format(event), session_);
    } else {
      PrintLine(match, rule.output.Format(event), session_);
    }
  }
  return static_cast<bool>(session_.out());
}

void EventJudge::TakeMistake(const std::string& place,
                             const absl::Status& mistake) {
  if (++mistakes_ > kMaxMistakes) return;
  session_.err() << "eyrie: " << place << ": " << mistake.message() << '\n';
}

void EventJudge::PrintSummary() const {
  if (!session_.options().is_json()) {
    TablePrinter table({"RULE", "MATCHES"});
    table.AlignRight(1);
    for (size_t i = 0; i < counts_.size(); ++i) {
      if (!rules_.rules()[i].enabled) continue;
      table.AddRow({rules_.rules()[i].name, absl::StrCat(counts_[i])});
    }
    if (!table.empty()) session_.out() << table.ToString(session_.out_width());
  }
  session_.err() << CountText(events_, "event");
  if (mistakes_ > 0) {
    session_.err() << ", " << CountText(mistakes_, "line")
                   << " that could not be read";
  }
  session_.err() << '\n';
}

}  // namespace eyrie::cli

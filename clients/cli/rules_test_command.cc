// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_test_command.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "eyrie/v1/incident.pb.h"
#include "nlohmann/json.hpp"

#include "clients/cli/alert_json.h"
#include "clients/cli/diagnostic_text.h"
#include "clients/cli/event_file.h"
#include "clients/cli/loaded_rules.h"
#include "clients/cli/rule_flags.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/text.h"
#include "clients/cli/time_text.h"
#include "common/file.h"
#include "common/proto_time.h"
#include "common/status_macros.h"
#include "rules/output/output_struct.h"
#include "rules/priority.h"
#include "rules/ruleset/rule_set.h"
#include "rules/sources/built_in_sources.h"
#include "rules/testing/case_files.h"
#include "rules/testing/fixture_judgement.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::cli {
namespace {

using rules::testing::RuleFixture;
using Json = nlohmann::ordered_json;
using Matches = absl::InlinedVector<uint32_t, 8>;

constexpr size_t kMaxFiles = 10'000;
// Bytes of one file of cases; 1,000 cases take 300 KiB.
constexpr size_t kMaxCaseBytes = 8 << 20;
// Lines that are no events, told one by one; of more the number is told.
constexpr uint64_t kMaxMistakes = 10;

bool IsCaseFile(const std::string& path) {
  return absl::EndsWith(path, "_test.yaml") ||
         absl::EndsWith(path, "_test.yml");
}

// Runs the test cases beside rule files.
class CaseRunner {
 public:
  CaseRunner(const rules::RuleSet& rules, Session& session)
      : rules_(rules), session_(session), state_(rules.NewState()) {}

  // Returns whether all of the file's cases can be read and hold.
  absl::StatusOr<bool> RunFile(const std::string& path) {
    EYRIE_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxCaseBytes));
    rules::Diagnostics diagnostics;
    const std::vector<RuleFixture> fixtures = rules::testing::ReadRuleFixtures(
        std::make_shared<const rules::SourceFile>(path, std::move(text)),
        diagnostics);
    PrintDiagnostics(diagnostics, session_);
    bool holds = !diagnostics.has_errors();
    for (const RuleFixture& fixture : fixtures) holds &= RunCase(fixture);
    return holds;
  }

  size_t cases() const { return cases_; }
  size_t failed() const { return failed_; }

 private:
  bool RunCase(const RuleFixture& fixture) {
    const rules::testing::FixtureJudgement judgement =
        rules::testing::JudgeFixture(rules_, *rules::BuiltInSources(), fixture,
                                     *state_);
    std::vector<std::string> fired;
    for (const uint32_t match : judgement.fired) {
      fired.push_back(rules_.rules()[match].name);
    }
    const rules::Rule* const rule = rules_.FindRule(fixture.rule);
    const bool does_fire =
        std::find(fired.begin(), fired.end(), fixture.rule) != fired.end();
    std::string mistake;
    if (rule == nullptr) {
      mistake = "there is no such rule";
    } else if (does_fire != fixture.fires) {
      mistake = !rule->enabled  ? "the rule is disabled"
                : fixture.fires ? "should fire, and is silent"
                                : "should be silent, and fires";
    } else if (does_fire && fixture.output.has_value()) {
      if (judgement.output != *fixture.output) {
        mistake = absl::StrCat("prints \"", judgement.output, "\"");
      }
    }
    ++cases_;
    if (!mistake.empty()) ++failed_;
    if (session_.options().is_json()) {
      PrintJson(fixture, fired, mistake);
    } else if (!mistake.empty()) {
      PrintFailure(fixture, mistake);
    }
    return mistake.empty();
  }

  static int LineOf(const RuleFixture& fixture) {
    return fixture.range.file->At(fixture.range.begin).line;
  }

  void PrintJson(const RuleFixture& fixture,
                 const std::vector<std::string>& fired,
                 const std::string& mistake) const {
    Json json = Json::object();
    json["file"] = fixture.range.file->name();
    json["line"] = LineOf(fixture);
    json["rule"] = fixture.rule;
    json["name"] = fixture.name;
    json["expect"] = fixture.fires ? "fires" : "silent";
    json["fired"] = fired;
    json["passed"] = mistake.empty();
    json["mistake"] = mistake;
    session_.out() << json.dump(-1, ' ', false, Json::error_handler_t::replace)
                   << '\n';
  }

  void PrintFailure(const RuleFixture& fixture,
                    const std::string& mistake) const {
    session_.out() << SafeText(fixture.range.file->name()) << ':'
                   << LineOf(fixture) << ": failed: " << SafeText(fixture.rule)
                   << ": " << SafeText(mistake)
                   << (fixture.name.empty()
                           ? ""
                           : absl::StrCat(" (", SafeText(fixture.name), ")"))
                   << '\n';
  }

  const rules::RuleSet& rules_;
  Session& session_;
  const std::unique_ptr<rules::EvaluationState> state_;
  size_t cases_ = 0;
  size_t failed_ = 0;
};

// Judges recorded events.
class EventJudge {
 public:
  EventJudge(const rules::RuleSet& rules, Session& session)
      : rules_(rules),
        session_(session),
        state_(rules.NewState()),
        counts_(rules.rules().size()) {}

  // Returns whether the output is still there.
  bool Take(const std::string& place, const rules::Event& event) {
    ++events_;
    Matches matches;
    rules_.Match(event, *state_, matches);
    for (const uint32_t match : matches) {
      ++counts_[match];
      Print(place, event, rules_.rules()[match]);
    }
    return static_cast<bool>(session_.out());
  }

  void TakeMistake(const std::string& place, const absl::Status& mistake) {
    if (++mistakes_ > kMaxMistakes) return;
    session_.err() << "eyrie: " << place << ": " << mistake.message() << '\n';
  }

  // Matches by rule, and what was read.
  void PrintSummary() const {
    if (!session_.options().is_json()) {
      TablePrinter table({"RULE", "MATCHES"});
      table.AlignRight(1);
      for (size_t i = 0; i < counts_.size(); ++i) {
        if (!rules_.rules()[i].enabled) continue;
        table.AddRow({rules_.rules()[i].name, absl::StrCat(counts_[i])});
      }
      if (!table.empty()) {
        session_.out() << table.ToString(session_.out_width());
      }
    }
    session_.err() << CountText(events_, "event");
    if (mistakes_ > 0) {
      session_.err() << ", " << CountText(mistakes_, "line")
                     << " that could not be read";
    }
    session_.err() << '\n';
  }

  uint64_t mistakes() const { return mistakes_; }

 private:
  void Print(const std::string& place, const rules::Event& event,
             const rules::Rule& rule) const {
    const absl::Time time = absl::FromUnixNanos(
        static_cast<int64_t>(event.record.time_ns()) + event.clock_offset_ns);
    rules::FormattedOutput output = rule.output.Format(event);
    if (!session_.options().is_json()) {
      session_.out() << SafeText(absl::StrCat(
                            place, " ", TimeTextMillis(time, session_.zone()),
                            " ", rules::PriorityName(rule.priority), " ",
                            rule.name, ": ", output.text))
                     << '\n';
      return;
    }
    v1::Detection detection;
    detection.set_id(place);
    *detection.mutable_time() = ToProtoTime(time);
    detection.set_rule(rule.name);
    detection.set_priority(static_cast<v1::Priority>(rule.priority));
    detection.set_source(rule.source);
    for (const std::string& tag : rule.tags) detection.add_tags(tag);
    detection.set_node(std::string(event.node));
    *detection.mutable_output_fields() = rules::ToStruct(output);
    detection.set_output(std::move(output.text));
    session_.out() << ToAlertJson(detection) << '\n';
  }

  const rules::RuleSet& rules_;
  Session& session_;
  const std::unique_ptr<rules::EvaluationState> state_;
  std::vector<uint64_t> counts_;  // by rule number
  uint64_t events_ = 0;
  uint64_t mistakes_ = 0;
};

class TestRules : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("events",
               "File of recorded events to judge instead of the test cases, "
               "one a line; - is standard input.",
               &events_);
    flags_.AddTo(flags);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(
        CheckWords(words, 1, kMaxFiles, "a rule file or folder"));
    for (const std::string& word : words) {
      (IsCaseFile(word) ? case_files_ : paths_).push_back(word);
    }
    return paths_.empty()
               ? absl::InvalidArgumentError(
                     "the rules that the test cases are about are missing; "
                     "give their file or folder, too")
               : absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(
        const auto rules, LoadRuleFiles(paths_, flags_.LoadOptions(), session));
    if (rules == nullptr) return ExitCode::kFailed;
    return events_.empty() ? RunCases(*rules, session)
                           : RunEvents(*rules, session);
  }

 private:
  absl::StatusOr<ExitCode> RunCases(const rules::RuleSet& rules,
                                    Session& session) {
    EYRIE_ASSIGN_OR_RETURN(const std::vector<std::string> found,
                           rules::testing::FindCaseFiles(paths_));
    case_files_.insert(case_files_.end(), found.begin(), found.end());
    if (case_files_.empty()) {
      return absl::NotFoundError(
          absl::StrCat("no test cases beside ", absl::StrJoin(paths_, ", "),
                       ": those of rules.yaml stand in rules_test.yaml"));
    }
    CaseRunner runner(rules, session);
    bool holds = true;
    for (const std::string& path : case_files_) {
      EYRIE_ASSIGN_OR_RETURN(const bool file_holds, runner.RunFile(path));
      holds &= file_holds;
    }
    std::ostream& summary =
        session.options().is_json() ? session.err() : session.out();
    summary << CountText(runner.cases(), "case") << ", " << runner.failed()
            << " failed\n";
    return holds ? ExitCode::kDone : ExitCode::kFailed;
  }

  absl::StatusOr<ExitCode> RunEvents(const rules::RuleSet& rules,
                                     Session& session) const {
    EventJudge judge(rules, session);
    EYRIE_RETURN_IF_ERROR(ReadEventFile(
        events_, session.in(),
        {[&judge](const std::string& place, const rules::Event& event) {
           return judge.Take(place, event);
         },
         [&judge](const std::string& place, const absl::Status& mistake) {
           judge.TakeMistake(place, mistake);
         }}));
    judge.PrintSummary();
    return judge.mistakes() == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

  RuleFlags flags_;
  std::string events_;
  std::vector<std::string> paths_;
  std::vector<std::string> case_files_;
};

}  // namespace

std::vector<CommandInfo> RulesTestCommands() {
  return {
      {"rules",
       "test",
       "FILE...",
       "Tries rules on test cases or recorded events.",
       "The cases of rules.yaml stand in rules_test.yaml beside it; a folder "
       "means its *.yaml and all its cases. Events are lines of `eyrie events "
       "watch -o json`, or written by hand as the event of a case. Exit code 1 "
       "if a case does not hold or a line cannot be read. With -o json one "
       "case or one alert a line.",
       {"eyrie rules test rules/library",
        "eyrie rules test mine.yaml --events events.jsonl"},
       [] { return std::make_unique<TestRules>(); }},
  };
}

}  // namespace eyrie::cli

// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_test_command.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

#include "clients/cli/diagnostic_text.h"
#include "clients/cli/event_file.h"
#include "clients/cli/event_judge.h"
#include "clients/cli/loaded_rules.h"
#include "clients/cli/rule_flags.h"
#include "clients/cli/text.h"
#include "common/file.h"
#include "common/status_macros.h"
#include "rules/engine.h"
#include "rules/ruleset/rule_set.h"
#include "rules/sources/event_sources.h"
#include "rules/sources/json_source.h"
#include "rules/testing/case_files.h"
#include "rules/testing/fixture_judgement.h"
#include "rules/testing/rule_fixture.h"

namespace eyrie::cli {
namespace {

using rules::testing::RuleFixture;
using Json = nlohmann::ordered_json;

constexpr size_t kMaxFiles = 10'000;
// Bytes of one file of cases; 1,000 cases take 300 KiB.
constexpr size_t kMaxCaseBytes = 8 << 20;
bool IsCaseFile(const std::string& path) {
  return absl::EndsWith(path, "_test.yaml") ||
         absl::EndsWith(path, "_test.yml");
}

// Runs the test cases beside rule files.
class CaseRunner {
 public:
  // Borrows all.
  CaseRunner(const rules::RuleSet& rules, const rules::EventSources& sources,
             Session& session)
      : rules_(rules),
        sources_(sources),
        session_(session),
        state_(rules.NewState()) {}

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
        rules::testing::JudgeFixture(rules_, sources_, fixture, *state_);
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
  const rules::EventSources& sources_;
  Session& session_;
  const std::unique_ptr<rules::EvaluationState> state_;
  size_t cases_ = 0;
  size_t failed_ = 0;
};

// The source of the events that the rules judge: the one JSON source of all
// enabled rules, else the kernel.
std::string SourceOf(const rules::RuleSet& rules) {
  std::string source;
  for (const rules::Rule& rule : rules.rules()) {
    if (!rule.enabled) continue;
    if (!source.empty() && source != rule.source) {
      return std::string(rules::kSyscallSource);
    }
    source = rule.source;
  }
  return source.empty() ? std::string(rules::kSyscallSource) : source;
}

class TestRules : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("events",
               "File of recorded events to judge instead of the test cases, "
               "one a line; - is standard input.",
               &events_);
    flags->Add("source",
               "Source of --events: syscall, k8s_audit, …; by default that of "
               "the rules, if all have the same, else syscall.",
               &source_);
    flags_.AddTo(flags);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(
        CheckWords(words, 1, kMaxFiles, "a rule file or folder"));
    for (const std::string& word : words) {
      (IsCaseFile(word) ? case_files_ : paths_).push_back(word);
    }
    if (!source_.empty()) {
      if (events_.empty()) {
        return absl::InvalidArgumentError("--source goes with --events");
      }
      EYRIE_RETURN_IF_ERROR(flags_.CheckSourceName(source_));
    }
    return paths_.empty()
               ? absl::InvalidArgumentError(
                     "the rules that the test cases are about are missing; "
                     "give their file or folder, too")
               : absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(const rules::LoadOptions options,
                           flags_.LoadOptions(session));
    EYRIE_ASSIGN_OR_RETURN(const auto rules,
                           LoadRuleFiles(paths_, options, session));
    if (rules == nullptr) return ExitCode::kFailed;
    return events_.empty() ? RunCases(*rules, *options.sources, session)
                           : RunEvents(*rules, *options.sources, session);
  }

 private:
  absl::StatusOr<ExitCode> RunCases(const rules::RuleSet& rules,
                                    const rules::EventSources& sources,
                                    Session& session) {
    EYRIE_ASSIGN_OR_RETURN(const std::vector<std::string> found,
                           rules::testing::FindCaseFiles(paths_));
    case_files_.insert(case_files_.end(), found.begin(), found.end());
    if (case_files_.empty()) {
      return absl::NotFoundError(
          absl::StrCat("no test cases beside ", absl::StrJoin(paths_, ", "),
                       ": those of rules.yaml stand in rules_test.yaml"));
    }
    CaseRunner runner(rules, sources, session);
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
                                     const rules::EventSources& sources,
                                     Session& session) const {
    const std::string name = source_.empty() ? SourceOf(rules) : source_;
    EYRIE_RETURN_IF_ERROR(CheckSource(name, sources));
    EventJudge judge(rules, session);
    const rules::JsonSource* const source = sources.Find(name);
    if (source == nullptr) {
      EYRIE_RETURN_IF_ERROR(ReadEventFile(events_, session.in(),
                                          HandlersOf<rules::Event>(judge)));
    } else {
      EYRIE_RETURN_IF_ERROR(
          ReadJsonEventFile(events_, session.in(), *source, session.Now(),
                            HandlersOf<rules::JsonEvent>(judge)));
    }
    judge.PrintSummary();
    return judge.mistakes() == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

  template <typename AnyEvent>
  static EventHandlers<AnyEvent> HandlersOf(EventJudge& judge) {
    return {[&judge](const std::string& place, const AnyEvent& event) {
              return judge.Take(place, event);
            },
            [&judge](const std::string& place, const absl::Status& mistake) {
              judge.TakeMistake(place, mistake);
            }};
  }

  RuleFlags flags_;
  std::string events_;
  std::string source_;
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
       "watch -o json`, or written by hand as the event of a case; of a JSON "
       "source lines with one event or several, or one document. Exit code 1 "
       "if a case does not hold or a line cannot be read. With -o json one "
       "case or one alert a line.",
       {"eyrie rules test mine.yaml --events events.jsonl",
        "eyrie rules test rules/library --events audit.log --source k8s_audit"},
       [] { return std::make_unique<TestRules>(); }},
  };
}

}  // namespace eyrie::cli

// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/rules_check.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "clients/cli/diagnostic_text.h"
#include "clients/cli/rule_flags.h"
#include "common/status_macros.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/rule_collection.h"
#include "rules/reader/rule_files.h"
#include "rules/source.h"
#include "rules/sources/event_sources.h"

namespace eyrie::cli {
namespace {

constexpr size_t kMaxFiles = 10'000;

// Rules of files whose mistakes keep them from being loaded: those that can be
// read.
size_t CountRules(
    const std::vector<std::shared_ptr<const rules::SourceFile>>& files,
    const rules::EventSources& sources) {
  rules::Diagnostics ignored;  // They were reported already.
  return rules::ReadRules(files, rules::ReadLimits(), sources.Known(), ignored)
      .rules.all()
      .size();
}

class CheckRules : public Command {
 public:
  void AddFlags(FlagSet* flags) override { flags_.AddTo(flags); }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(
        CheckWords(words, 1, kMaxFiles, "a rule file or folder"));
    paths_ = words;
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(const rules::LoadOptions options,
                           flags_.LoadOptions(session));
    EYRIE_ASSIGN_OR_RETURN(
        const auto files,
        rules::ReadRuleFiles(paths_, options.limits.max_bytes));
    rules::Diagnostics diagnostics;
    const auto set = rules::LoadRules(files, options, diagnostics);
    if (session.options().is_json()) {
      for (const rules::Diagnostic& diagnostic : diagnostics.entries()) {
        session.PrintJson(ToProto(diagnostic));
      }
      session.out().flush();
    } else {
      session.out() << diagnostics.ToString();
    }
    const std::string what =
        CountText(set == nullptr ? CountRules(files, *options.sources)
                                 : set->rules().size(),
                  "rule");
    std::ostream& summary =
        session.options().is_json() ? session.err() : session.out();
    summary << what << ", " << CountText(diagnostics.errors(), "error") << ", "
            << CountText(diagnostics.warnings(), "warning") << '\n';
    return diagnostics.has_errors() ? ExitCode::kFailed : ExitCode::kDone;
  }

 private:
  RuleFlags flags_;
  std::vector<std::string> paths_;
};

}  // namespace

std::vector<CommandInfo> RulesCheckCommands() {
  return {
      {"rules",
       "check",
       "FILE...",
       "Checks rule files, without a server.",
       "A folder means its *.yaml files; they are read in the order given and "
       "see the earlier ones. Exit code 1 if there are errors. With -o json "
       "one diagnostic a line.",
       {"eyrie rules check /etc/eyrie/rules",
        "eyrie rules check base.yaml mine.yaml -o json"},
       [] { return std::make_unique<CheckRules>(); }},
  };
}

}  // namespace eyrie::cli

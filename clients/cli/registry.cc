// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "clients/cli/backup.h"
#include "clients/cli/completion.h"
#include "clients/cli/containers.h"
#include "clients/cli/detections.h"
#include "clients/cli/events.h"
#include "clients/cli/gaps.h"
#include "clients/cli/incident_changes.h"
#include "clients/cli/incident_watch.h"
#include "clients/cli/incidents.h"
#include "clients/cli/nodes.h"
#include "clients/cli/rules.h"
#include "clients/cli/rules_check.h"
#include "clients/cli/rules_eval.h"
#include "clients/cli/rules_explain.h"
#include "clients/cli/rules_fields.h"
#include "clients/cli/rules_format.h"
#include "clients/cli/rules_test_command.h"
#include "clients/cli/version.h"
#include "rules/diagnostics.h"

namespace eyrie::cli {
namespace {

std::string DidYouMean(absl::string_view name,
                       const std::vector<absl::string_view>& candidates) {
  const std::string nearest = rules::NearestName(name, candidates);
  return nearest.empty()
             ? absl::StrCat("it is one of ", absl::StrJoin(candidates, ", "))
             : absl::StrCat("did you mean \"", nearest, "\"?");
}

std::vector<absl::string_view> Nouns() {
  std::vector<absl::string_view> nouns;
  for (const CommandInfo& command : AllCommands()) {
    if (nouns.empty() || nouns.back() != command.noun) {
      nouns.push_back(command.noun);
    }
  }
  return nouns;
}

void AppendCommands(const std::vector<const CommandInfo*>& commands,
                    std::string* help) {
  for (const CommandInfo* command : commands) {
    const std::string usage = absl::StrCat(
        command->noun, command->verb.empty() ? "" : " ", command->verb,
        command->words.empty() ? "" : " ", command->words);
    absl::StrAppendFormat(help, "  %-24s  %s\n", usage, command->summary);
  }
}

}  // namespace

const std::vector<CommandInfo>& AllCommands() {
  static const auto* const commands = [] {
    auto* all = new std::vector<CommandInfo>;
    const auto add = [all](std::vector<CommandInfo> commands) {
      std::move(commands.begin(), commands.end(), std::back_inserter(*all));
    };
    add(IncidentCommands());
    add(IncidentWatchCommands());
    add(IncidentChangeCommands());
    add(DetectionCommands());
    add(RulesCheckCommands());
    add(RulesTestCommands());
    add(RulesEvalCommands());
    add(RulesExplainCommands());
    add(RulesFormatCommands());
    add(RulesFieldsCommands());
    add(RuleCommands());
    add(NodeCommands());
    add(ContainerCommands());
    add(EventCommands());
    add(GapCommands());
    add(BackupCommands());
    add(CompletionCommands());
    add(VersionCommands());
    return all;
  }();
  return *commands;
}

std::vector<const CommandInfo*> CommandsOf(absl::string_view noun) {
  std::vector<const CommandInfo*> commands;
  for (const CommandInfo& command : AllCommands()) {
    if (command.noun == noun) commands.push_back(&command);
  }
  return commands;
}

absl::StatusOr<const CommandInfo*> FindCommand(absl::string_view noun,
                                               absl::string_view verb) {
  const std::vector<const CommandInfo*> commands = CommandsOf(noun);
  if (commands.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown command \"", noun, "\"; ", DidYouMean(noun, Nouns())));
  }
  std::vector<absl::string_view> verbs;
  for (const CommandInfo* command : commands) {
    if (command->verb.empty() || command->verb == verb) return command;
    verbs.push_back(command->verb);
  }
  if (verb.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("eyrie ", noun, " needs one of ",
                     absl::StrJoin(verbs, ", "), " after it"));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown command \"", noun, " ", verb, "\"; ", DidYouMean(verb, verbs)));
}

std::string OverviewHelp() {
  std::string help =
      "usage: eyrie NOUN VERB [flags]\n\n"
      "Shows what the rules found on your nodes and looks after it.\n\n"
      "commands:\n";
  for (const absl::string_view noun : Nouns()) {
    AppendCommands(CommandsOf(noun), &help);
  }
  absl::StrAppend(
      &help,
      "\nEvery command takes --server HOST:PORT and -o table|json; "
      "eyrie NOUN VERB --help\nshows all flags.\n\n"
      "exit codes: 0 done, 1 failed or findings, 2 wrong usage, 3 server "
      "unreachable or\nnot allowed\n\n"
      "examples:\n"
      "  eyrie incidents list --since 1h\n"
      "  eyrie rules check /etc/eyrie/rules\n");
  return help;
}

std::string NounHelp(absl::string_view noun) {
  std::string help =
      absl::StrCat("usage: eyrie ", noun, " VERB [flags]\n\ncommands:\n");
  const std::vector<const CommandInfo*> commands = CommandsOf(noun);
  AppendCommands(commands, &help);
  absl::StrAppend(&help, "\nexamples:\n  ", commands.front()->examples[0],
                  "\n  ", commands.back()->examples[0], "\n");
  return help;
}

}  // namespace eyrie::cli

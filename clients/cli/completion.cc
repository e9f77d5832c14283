// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/completion.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "clients/cli/options.h"
#include "clients/cli/registry.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

// Flags of a command, "--server" and so on, read off its help.
std::vector<std::string> FlagNames(const CommandInfo& info) {
  GlobalOptions options;
  FlagSet flags(info.FullName(), "");
  AddGlobalFlags(&options, &flags);
  const std::unique_ptr<Command> command = info.make();
  command->AddFlags(&flags);
  const std::string help = flags.Help();
  std::vector<std::string> names;
  for (const absl::string_view line : absl::StrSplit(help, '\n')) {
    const size_t dashes = line.find("--");
    if (!absl::StartsWith(line, "  -") || dashes == absl::string_view::npos) {
      continue;
    }
    const absl::string_view name = line.substr(dashes);
    names.emplace_back(name.substr(0, name.find(' ')));
  }
  return names;
}

std::string BashScript() {
  std::set<std::string> nouns;
  for (const CommandInfo& command : AllCommands()) {
    nouns.emplace(command.noun);
  }
  std::string script = absl::StrCat(
      "# bash completion of eyrie. To use it:\n"
      "#   source <(eyrie completion bash)\n"
      "_eyrie() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} words=''\n"
      "  case \"${COMP_WORDS[1]:-} ${COMP_WORDS[2]:-}\" in\n");
  for (const CommandInfo& command : AllCommands()) {
    absl::StrAppend(&script, "    '", command.noun, " ", command.verb, "'",
                    command.verb.empty() ? "*" : "", ") words='",
                    absl::StrJoin(FlagNames(command), " "), "' ;;\n");
  }
  absl::StrAppend(&script,
                  "  esac\n"
                  "  if ((COMP_CWORD == 1)); then\n"
                  "    words='",
                  absl::StrJoin(nouns, " "),
                  "'\n"
                  "  elif ((COMP_CWORD == 2)); then\n"
                  "    case ${COMP_WORDS[1]} in\n");
  for (const std::string& noun : nouns) {
    std::vector<absl::string_view> verbs;
    for (const CommandInfo* command : CommandsOf(noun)) {
      if (!command->verb.empty()) verbs.push_back(command->verb);
    }
    if (verbs.empty()) continue;
    absl::StrAppend(&script, "      ", noun, ") words='",
                    absl::StrJoin(verbs, " "), "' ;;\n");
  }
  absl::StrAppend(&script,
                  "    esac\n"
                  "  fi\n"
                  "  if [[ ${word} == -* || ${COMP_CWORD} -le 2 ]]; then\n"
                  "    mapfile -t COMPREPLY < <(compgen -W \"${words}\" -- "
                  "\"${word}\")\n"
                  "  fi\n"
                  "}\n"
                  "complete -o default -F _eyrie eyrie\n");
  return script;
}

class CompleteBash : public Command {
 public:
  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    return CheckWords(words, 0, 0, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    session.out() << BashScript();
    return ExitCode::kDone;
  }
};

}  // namespace

std::vector<CommandInfo> CompletionCommands() {
  return {
      {"completion",
       "bash",
       "",
       "Prints a script that completes commands in bash.",
       "",
       {"source <(eyrie completion bash)",
        "eyrie completion bash > /etc/bash_completion.d/eyrie"},
       [] { return std::make_unique<CompleteBash>(); }},
  };
}

}  // namespace eyrie::cli

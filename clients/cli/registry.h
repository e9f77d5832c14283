// SPDX-License-Identifier: Apache-2.0
//
// All commands of the CLI.

#ifndef EYRIE_CLIENTS_CLI_REGISTRY_H_
#define EYRIE_CLIENTS_CLI_REGISTRY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "clients/cli/command.h"

namespace eyrie::cli {

// Every command, nouns together, in the order of the help.
const std::vector<CommandInfo>& AllCommands();

// The commands of a noun; empty if there is none of that name.
std::vector<const CommandInfo*> CommandsOf(absl::string_view noun);

// The command that `noun` and `verb` name; `verb` is "" if none was given.
// kInvalidArgument, with the nearest name or the verbs there are, if none.
absl::StatusOr<const CommandInfo*> FindCommand(absl::string_view noun,
                                               absl::string_view verb);

// What `eyrie --help` prints.
std::string OverviewHelp();
// What `eyrie NOUN --help` prints. REQUIRES: the noun has commands.
std::string NounHelp(absl::string_view noun);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_REGISTRY_H_

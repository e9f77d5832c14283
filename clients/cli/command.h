// SPDX-License-Identifier: Apache-2.0
//
// What a command of the CLI is.
//
// A file per noun defines its commands and lists them in a table of
// CommandInfo; registry.h collects the tables; runner.h finds the command that
// a command line names, reads its flags, runs it and makes the exit code.

#ifndef EYRIE_CLIENTS_CLI_COMMAND_H_
#define EYRIE_CLIENTS_CLI_COMMAND_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "common/flag_set.h"

namespace eyrie::cli {

// One command, for one run. Its members are the variables of its flags.
class Command {
 public:
  virtual ~Command() = default;

  // Adds the command's own flags.
  virtual void AddFlags(FlagSet* flags) {}

  // Looks at the flags and at the words that follow the verb before anything is
  // done. kInvalidArgument is a mistake of the command line: exit code 2.
  virtual absl::Status Check(const std::vector<std::string>& words,
                             const Session& session) = 0;

  // Does it. Data goes to session.out(), everything else to session.err(). A
  // status that is not OK is printed by the caller.
  virtual absl::StatusOr<ExitCode> Run(Session& session) = 0;
};

// What the help says about a command.
struct CommandInfo {
  absl::string_view noun;
  // Empty: the noun alone is the command, as in `eyrie version`.
  absl::string_view verb;
  // Words after the verb: "ID", "FILE...".
  absl::string_view words;
  // One line, full sentence, for the list of commands.
  absl::string_view summary;
  // More sentences for --help; may be empty.
  absl::string_view details;
  // Two command lines.
  absl::string_view examples[2];
  std::function<std::unique_ptr<Command>()> make;

  // "eyrie incidents list".
  std::string FullName() const;
};

// Returns kInvalidArgument unless there are between `min` and `max` words;
// `what` names them: "an incident's id".
absl::Status CheckWords(const std::vector<std::string>& words, size_t min,
                        size_t max, absl::string_view what);

}  // namespace eyrie::cli

#endif  // EYRIE_CLIENTS_CLI_COMMAND_H_

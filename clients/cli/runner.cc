// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/runner.h"

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "clients/cli/command.h"
#include "clients/cli/registry.h"
#include "common/flag_set.h"
#include "common/yaml_config.h"

namespace eyrie::cli {
namespace {

// A command line, taken apart.
struct CommandLine {
  std::string noun;
  std::string verb;
  // All other words, in order.
  std::vector<std::string> rest;
  bool has_help = false;
};

bool IsFlag(const std::string& word) {
  return word.size() > 1 && word[0] == '-';
}

// Finds noun and verb: the first two words that are neither flags nor values of
// flags. Before them only global flags can stand.
CommandLine TakeApart(const std::vector<std::string>& words) {
  CommandLine line;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") {
      line.has_help = true;
    } else if (word == "--") {
      line.rest.insert(line.rest.end(), words.begin() + i, words.end());
      break;
    } else if (IsFlag(word)) {
      line.rest.push_back(word);
      if (TakesNextWord(word) && i + 1 < words.size()) {
        line.rest.push_back(words[++i]);
      }
    } else if (line.noun.empty()) {
      line.noun = word;
      const auto commands = CommandsOf(line.noun);
      // A noun that is a command by itself has no verb.
      if (commands.empty() || !commands.front()->verb.empty()) continue;
      line.rest.insert(line.rest.end(), words.begin() + i + 1, words.end());
      break;
    } else {
      line.verb = word;
      line.rest.insert(line.rest.end(), words.begin() + i + 1, words.end());
      break;
    }
  }
  return line;
}

ExitCode UsageError(const absl::Status& status, const std::string& command,
                    std::ostream& err) {
  err << "eyrie: " << status.message() << "\nRun '" << command
      << " --help' for usage.\n";
  return ExitCode::kUsage;
}

// `text` in lines of at most 80 columns.
std::string Wrapped(absl::string_view text) {
  constexpr size_t kWidth = 80;
  std::string wrapped;
  size_t column = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    const bool starts_line = column + 1 + word.size() > kWidth;
    if (column > 0) wrapped += starts_line ? '\n' : ' ';
    column = (starts_line || column == 0 ? 0 : column + 1) + word.size();
    wrapped.append(word.data(), word.size());
  }
  return wrapped;
}

std::string CommandHelp(const CommandInfo& info, const FlagSet& flags) {
  return absl::StrCat(flags.Help(), "\nexamples:\n  ", info.examples[0], "\n  ",
                      info.examples[1], "\n");
}

absl::Status ParseCommandFlags(const CommandLine& line, FlagSet* flags) {
  std::vector<const char*> argv = {"eyrie"};
  for (const std::string& word : line.rest) argv.push_back(word.c_str());
  if (line.has_help) argv.push_back("--help");
  return ParseFlagsAndConfig(static_cast<int>(argv.size()), argv.data(), flags);
}

ExitCode RunCommand(const CommandInfo& info, const CommandLine& line,
                    const Environment& environment) {
  Session session(environment);
  const std::unique_ptr<Command> command = info.make();
  FlagSet flags(
      info.FullName(),
      Wrapped(absl::StrCat(info.summary, info.details.empty() ? "" : " ",
                           info.details)));
  AddGlobalFlags(&session.options(), &flags);
  flags.AddShort('h', "help");
  command->AddFlags(&flags);
  std::vector<std::string> words;
  flags.AddPositional(info.words, &words);
  absl::Status status = ParseCommandFlags(line, &flags);
  if (status.ok() && flags.help_requested()) {
    session.out() << CommandHelp(info, flags);
    return ExitCode::kDone;
  }
  if (status.ok()) status = CheckGlobalOptions(session.options());
  if (status.ok()) status = command->Check(words, session);
  if (!status.ok()) return UsageError(status, info.FullName(), session.err());

  absl::StatusOr<ExitCode> result = command->Run(session);
  session.out().flush();
  if (!result.ok()) {
    session.err() << "eyrie: "
                  << absl::StripTrailingAsciiWhitespace(
                         result.status().message())
                  << '\n';
    return session.has_bad_options() ? ExitCode::kUsage
                                     : ExitCodeFor(result.status());
  }
  if (!session.out()) {
    session.err() << "eyrie: could not write all of the output; is the disk "
                     "full?\n";
    return ExitCode::kFailed;
  }
  return *result;
}

}  // namespace

ExitCode RunCommandLine(const std::vector<std::string>& words,
                        const Environment& environment) {
  std::ostream& out = *environment.out;
  std::ostream& err = *environment.err;
  const absl::string_view first =
      words.empty() ? absl::string_view() : words.front();
  if (first == "--version") {
    return RunCommandLine({"version", "--client"}, environment);
  }
  // `eyrie help incidents list`
  const bool is_help = first == "help";
  CommandLine line =
      TakeApart({words.begin() + (is_help ? 1 : 0), words.end()});
  line.has_help |= is_help;
  if (line.noun.empty()) {
    if (line.has_help) {
      out << OverviewHelp();
      return ExitCode::kDone;
    }
    err << OverviewHelp();
    return ExitCode::kUsage;
  }
  if (line.has_help && line.verb.empty() && !CommandsOf(line.noun).empty() &&
      !CommandsOf(line.noun).front()->verb.empty()) {
    out << NounHelp(line.noun);
    return ExitCode::kDone;
  }
  const auto info = FindCommand(line.noun, line.verb);
  if (!info.ok()) return UsageError(info.status(), "eyrie", err);
  return RunCommand(**info, line, environment);
}

}  // namespace eyrie::cli

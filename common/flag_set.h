// SPDX-License-Identifier: Apache-2.0
//
// Command-line flags of one program.
//
// Usage:
//
//   ServerOptions options;
//   FlagSet flags("eyrie-server", "Judges events and keeps incidents.");
//   flags.Add("listen", "HOST:PORT for gRPC.", &options.listen);
//   flags.Add("rules", "Rule file or folder.", &options.rules);  // repeatable
//   EYRIE_RETURN_IF_ERROR(flags.Parse(argc, argv));
//   if (flags.help_requested()) { … flags.Help() … }
//
// common/yaml_config.h adds the configuration file.

#ifndef EYRIE_COMMON_FLAG_SET_H_
#define EYRIE_COMMON_FLAG_SET_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace eyrie {

// Flags are written `--name value` or `--name=value`; a bool also as `--name`
// alone, and never with the value as a word of its own. `--` ends the flags.
// `--help` is always there.
//
// A flag's variable holds its default when it is added and its value after
// parsing. A list's default goes with its first value.
//
// Thread safety: none.
class FlagSet {
 public:
  // `description` is the first paragraph of the help, full sentences.
  FlagSet(absl::string_view program, absl::string_view description);
  FlagSet(const FlagSet&) = delete;
  FlagSet& operator=(const FlagSet&) = delete;

  // Adds a flag. Borrows `value`. REQUIRES: no flag has this name.
  // `help` is a full sentence or more.
  void Add(absl::string_view name, absl::string_view help, std::string* value);
  void Add(absl::string_view name, absl::string_view help, bool* value);
  // As absl::ParseDuration() reads it: "1h30m", "500ms".
  void Add(absl::string_view name, absl::string_view help,
           absl::Duration* value);
  // May be given several times.
  void Add(absl::string_view name, absl::string_view help,
           std::vector<std::string>* value);
  // Between `min` and `max`, both included.
  void Add(absl::string_view name, absl::string_view help, int* value,
           int min = INT32_MIN, int max = INT32_MAX);
  void Add(absl::string_view name, absl::string_view help, int64_t* value,
           int64_t min = INT64_MIN, int64_t max = INT64_MAX);
  // Lets `-c` stand for `--name`. REQUIRES: the flag was added.
  void AddShort(char c, absl::string_view name);
  // Adds the text flag `config`, which the set keeps itself.
  void AddConfigFile(absl::string_view help);
  const std::string& config_file() const { return config_file_; }
  // Takes words that are no flags; without this they are errors. `usage` is
  // their place in the help, e.g. "FILE...".
  void AddPositional(absl::string_view usage, std::vector<std::string>* words);

  // Reads a command line; argv[0] is skipped. kInvalidArgument, with the flag's
  // name and a way out, at the first mistake.
  absl::Status Parse(int argc, const char* const* argv);

  bool help_requested() const { return help_requested_; }
  // What `--help` prints: flags by name with their defaults.
  std::string Help() const;

  // For configuration files -------------------------------------------------

  bool Has(absl::string_view name) const;
  // Whether the command line gave it.
  bool IsSet(absl::string_view name) const;
  // Whether it may be given several times.
  bool IsRepeated(absl::string_view name) const;
  // Gives a flag its value or, if it is repeated, values. kInvalidArgument if
  // one cannot be read. REQUIRES: Has(name).
  absl::Status SetValues(absl::string_view name,
                         absl::Span<const std::string> values);
  // "; did you mean \"listen\"?", or "" if no flag has a similar name.
  std::string DidYouMean(absl::string_view name) const;

 private:
  struct IntValue {
    int* value;
    int min, max;
  };
  struct Int64Value {
    int64_t* value;
    int64_t min, max;
  };
  using Value = std::variant<std::string*, bool*, absl::Duration*,
                             std::vector<std::string>*, IntValue, Int64Value>;
  struct Flag {
    std::string help;
    Value value;
    std::string default_text;
    char short_name = 0;
    bool is_set = false;
  };

  void AddFlag(absl::string_view name, absl::string_view help, Value value);
  // Reads argv[*index], a flag, with its value, and moves *index to the last
  // word that was read.
  absl::Status ParseFlag(absl::Span<const char* const> words, size_t* index);
  absl::Status SetValue(absl::string_view name, Flag* flag,
                        absl::string_view text);
  static absl::Status ReadValue(absl::string_view text, const Value& value);
  static std::string ValueText(const Value& value);
  static absl::string_view TypeName(const Value& value);

  const std::string program_;
  const std::string description_;
  std::map<std::string, Flag, std::less<>> flags_;
  std::map<char, std::string> short_names_;
  std::string positional_usage_;
  std::vector<std::string>* positional_ = nullptr;
  std::string config_file_;
  bool help_requested_ = false;
};

}  // namespace eyrie

#endif  // EYRIE_COMMON_FLAG_SET_H_

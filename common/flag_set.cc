// SPDX-License-Identifier: Apache-2.0

#include "common/flag_set.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/status_macros.h"

namespace eyrie {
namespace {

// Columns of the help.
constexpr size_t kHelpWidth = 80;
constexpr absl::string_view kHelpIndent = "      ";

[[noreturn]] void Bug(absl::string_view message) {
  std::fprintf(stderr, "FlagSet: %.*s\n", static_cast<int>(message.size()),
               message.data());
  std::abort();
}

std::string Key(absl::string_view text) { return std::string(text); }

// Insertions, deletions and replacements that make `a` of `b`.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

template <typename Int>
absl::Status ReadInt(absl::string_view text, Int min, Int max, Int* value) {
  Int number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    return absl::InvalidArgumentError("is not a whole number");
  }
  if (number < min || number > max) {
    return absl::InvalidArgumentError(
        absl::StrCat("is not between ", min, " and ", max));
  }
  *value = number;
  return absl::OkStatus();
}

absl::Status ReadBool(absl::string_view text, bool* value) {
  if (text != "true" && text != "false") {
    return absl::InvalidArgumentError("is neither true nor false");
  }
  *value = text == "true";
  return absl::OkStatus();
}

// Appends `text` in lines of at most kHelpWidth columns, indented.
void AppendWrapped(absl::string_view text, std::string* help) {
  size_t column = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (column > 0 && column + 1 + end > kHelpWidth) {
      *help += '\n';
      column = 0;
    }
    if (column == 0) {
      absl::StrAppend(help, kHelpIndent);
      column = kHelpIndent.size();
    } else {
      *help += ' ';
      ++column;
    }
    absl::StrAppend(help, text.substr(0, end));
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  *help += '\n';
}

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

FlagSet::FlagSet(absl::string_view program, absl::string_view description)
    : program_(program), description_(description) {
  Add("help", "Prints this and exits.", &help_requested_);
}

void FlagSet::Add(absl::string_view name, absl::string_view help,
                  std::string* value) {
  AddFlag(name, help, value);
}
void FlagSet::Add(absl::string_view name, absl::string_view help, bool* value) {
  AddFlag(name, help, value);
}
void FlagSet::Add(absl::string_view name, absl::string_view help,
                  absl::Duration* value) {
  AddFlag(name, help, value);
}
void FlagSet::Add(absl::string_view name, absl::string_view help,
                  std::vector<std::string>* value) {
  AddFlag(name, help, value);
}
void FlagSet::Add(absl::string_view name, absl::string_view help, int* value,
                  int min, int max) {
  AddFlag(name, help, IntValue{value, min, max});
}
void FlagSet::Add(absl::string_view name, absl::string_view help,
                  int64_t* value, int64_t min, int64_t max) {
  AddFlag(name, help, Int64Value{value, min, max});
}

void FlagSet::AddFlag(absl::string_view name, absl::string_view help,
                      Value value) {
  Flag flag;
  flag.help = std::string(help);
  flag.default_text = ValueText(value);
  flag.value = std::move(value);
  if (!flags_.emplace(Key(name), std::move(flag)).second) {
    Bug(absl::StrCat("--", name, " was added twice"));
  }
}

void FlagSet::AddShort(char c, absl::string_view name) {
  const auto it = flags_.find(Key(name));
  if (it == flags_.end()) Bug(absl::StrCat("there is no --", name));
  it->second.short_name = c;
  if (!short_names_.emplace(c, std::string(name)).second) {
    Bug(absl::StrCat("-", std::string(1, c), " was added twice"));
  }
}

void FlagSet::AddConfigFile(absl::string_view help) {
  Add("config", help, &config_file_);
}

void FlagSet::AddPositional(absl::string_view usage,
                            std::vector<std::string>* words) {
  positional_usage_ = std::string(usage);
  positional_ = words;
}

absl::Status FlagSet::Parse(int argc, const char* const* argv) {
  const absl::Span<const char* const> words(argv, argc < 0 ? 0 : argc);
  bool has_flags_ended = false;
  for (size_t i = 1; i < words.size(); ++i) {
    const absl::string_view word = words[i];
    if (!has_flags_ended && word == "--") {
      has_flags_ended = true;
    } else if (!has_flags_ended && word.size() > 1 && word[0] == '-') {
      EYRIE_RETURN_IF_ERROR(ParseFlag(words, &i));
    } else if (positional_ != nullptr) {
      positional_->emplace_back(word);
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("unexpected word \"", word, "\": flags start with --"));
    }
  }
  return absl::OkStatus();
}

absl::Status FlagSet::ParseFlag(absl::Span<const char* const> words,
                                size_t* index) {
  const absl::string_view word = words[*index];
  absl::string_view name = word;
  std::string long_name;
  if (!absl::ConsumePrefix(&name, "--")) {
    const auto it = short_names_.find(word[1]);
    if (it == short_names_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown flag ", word, "; see --help"));
    }
    // `-ovalue` is not taken: it looks too much like `-o` `-v` …
    if (word.size() > 2 && word[2] != '=') {
      return absl::InvalidArgumentError(absl::StrCat(
          "unknown flag ", word, "; write ", word.substr(0, 2), " VALUE"));
    }
    long_name = absl::StrCat(it->second, word.substr(2));
    name = long_name;
  }
  const size_t equals = name.find('=');
  const bool has_value = equals != absl::string_view::npos;
  absl::string_view text = has_value ? name.substr(equals + 1) : "";
  name = name.substr(0, equals);
  const auto it = flags_.find(Key(name));
  if (it == flags_.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown flag --", name, DidYouMean(name), "; see --help"));
  }
  Flag& flag = it->second;
  if (!has_value) {
    if (std::holds_alternative<bool*>(flag.value)) {
      text = "true";
    } else if (*index + 1 >= words.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("flag --", name, " needs a value"));
    } else {
      text = words[++*index];
    }
  }
  return SetValue(name, &flag, text);
}

absl::Status FlagSet::SetValue(absl::string_view name, Flag* flag,
                               absl::string_view text) {
  auto* const* list = std::get_if<std::vector<std::string>*>(&flag->value);
  if (list != nullptr && !flag->is_set) (*list)->clear();
  if (const absl::Status status = ReadValue(text, flag->value); !status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("flag --", name, ": \"", text, "\" ", status.message()));
  }
  flag->is_set = true;
  return absl::OkStatus();
}

absl::Status FlagSet::ReadValue(absl::string_view text, const Value& value) {
  return std::visit(
      Overloaded{
          [&](std::string* string) {
            *string = std::string(text);
            return absl::OkStatus();
          },
          [&](bool* boolean) { return ReadBool(text, boolean); },
          [&](absl::Duration* duration) {
            return absl::ParseDuration(text, duration)
                       ? absl::OkStatus()
                       : absl::InvalidArgumentError(
                             "is not a duration such as 500ms or 1h30m");
          },
          [&](std::vector<std::string>* list) {
            list->emplace_back(text);
            return absl::OkStatus();
          },
          [&](const IntValue& number) {
            return ReadInt(text, number.min, number.max, number.value);
          },
          [&](const Int64Value& number) {
            return ReadInt(text, number.min, number.max, number.value);
          },
      },
      value);
}

std::string FlagSet::ValueText(const Value& value) {
  return std::visit(
      Overloaded{
          [](const std::string* string) { return *string; },
          [](const bool* boolean) {
            return std::string(*boolean ? "true" : "false");
          },
          [](const absl::Duration* duration) {
            return absl::FormatDuration(*duration);
          },
          [](const std::vector<std::string>* list) {
            return absl::StrJoin(*list, ", ");
          },
          [](const IntValue& number) { return absl::StrCat(*number.value); },
          [](const Int64Value& number) { return absl::StrCat(*number.value); },
      },
      value);
}

absl::string_view FlagSet::TypeName(const Value& value) {
  return std::visit(Overloaded{
                        [](const std::string*) { return "TEXT"; },
                        [](const bool*) { return ""; },
                        [](const absl::Duration*) { return "DURATION"; },
                        [](const std::vector<std::string>*) { return "TEXT"; },
                        [](const IntValue&) { return "N"; },
                        [](const Int64Value&) { return "N"; },
                    },
                    value);
}

std::string FlagSet::Help() const {
  std::string help = absl::StrCat(
      "usage: ", program_, " [flags]", positional_usage_.empty() ? "" : " ",
      positional_usage_, "\n\n", description_, "\n\nflags:\n");
  for (const auto& [name, flag] : flags_) {
    absl::StrAppend(&help, "  ");
    if (flag.short_name != 0) {
      absl::StrAppend(&help, "-", std::string(1, flag.short_name), ", ");
    }
    const absl::string_view type = TypeName(flag.value);
    absl::StrAppend(&help, "--", name, type.empty() ? "" : " ", type, "\n");
    std::string text = flag.help;
    if (std::holds_alternative<std::vector<std::string>*>(flag.value)) {
      absl::StrAppend(&text, " May be given several times.");
    }
    // A bool that is off and an empty text say nothing.
    if (!flag.default_text.empty() && flag.default_text != "false") {
      absl::StrAppend(&text, " (default: ", flag.default_text, ")");
    }
    AppendWrapped(text, &help);
  }
  return help;
}

bool FlagSet::Has(absl::string_view name) const {
  return flags_.count(Key(name)) > 0;
}

bool FlagSet::IsSet(absl::string_view name) const {
  const auto it = flags_.find(Key(name));
  return it != flags_.end() && it->second.is_set;
}

bool FlagSet::IsRepeated(absl::string_view name) const {
  const auto it = flags_.find(Key(name));
  return it != flags_.end() &&
         std::holds_alternative<std::vector<std::string>*>(it->second.value);
}

absl::Status FlagSet::SetValues(absl::string_view name,
                                absl::Span<const std::string> values) {
  const auto it = flags_.find(Key(name));
  if (it == flags_.end()) Bug(absl::StrCat("there is no --", name));
  if (auto* const* list =
          std::get_if<std::vector<std::string>*>(&it->second.value)) {
    (*list)->clear();
  }
  for (const std::string& text : values) {
    if (const absl::Status status = ReadValue(text, it->second.value);
        !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" ", status.message()));
    }
  }
  return absl::OkStatus();
}

std::string FlagSet::DidYouMean(absl::string_view name) const {
  // A third of the letters may be wrong, two always.
  size_t best = std::max<size_t>(2, name.size() / 3) + 1;
  absl::string_view nearest;
  for (const auto& [candidate, flag] : flags_) {
    const size_t distance = EditDistance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  if (nearest.empty()) return "";
  return absl::StrCat("; did you mean \"", nearest, "\"?");
}

}  // namespace eyrie

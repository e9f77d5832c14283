// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/getopt.h"

#include <cstddef>

#include "absl/strings/match.h"

namespace eyrie::rules {
namespace {

enum class OptionKind { kUnknown, kFlag, kWithArgument };

OptionKind FindOption(absl::string_view letters, char letter) {
  if (letter == ':') return OptionKind::kUnknown;
  const size_t at = letters.find(letter);
  if (at == absl::string_view::npos) return OptionKind::kUnknown;
  return at + 1 < letters.size() && letters[at + 1] == ':'
             ? OptionKind::kWithArgument
             : OptionKind::kFlag;
}

}  // namespace

void WalkOptions(absl::Span<const Value> arguments, absl::string_view letters,
                 OptionSink sink) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const absl::string_view text = arguments[i].text;
    if (text == "--") return;
    if (text.size() > 2 && absl::StartsWith(text, "--")) continue;
    if (text.size() < 2 || text[0] != '-') return;
    for (size_t at = 1; at < text.size(); ++at) {
      const OptionKind kind = FindOption(letters, text[at]);
      if (kind == OptionKind::kUnknown) {
        sink("?", nullptr);
        continue;
      }
      if (kind == OptionKind::kFlag) {
        sink(text.substr(at, 1), nullptr);
        continue;
      }
      // The argument is the rest of this text or the next one.
      absl::string_view argument;
      if (at + 1 < text.size()) {
        argument = text.substr(at + 1);
      } else if (i + 1 < arguments.size()) {
        argument = arguments[++i].text;
        if (argument.data() == nullptr) argument = "";
      }
      sink(text.substr(at, 1), &argument);
      break;
    }
  }
}

}  // namespace eyrie::rules

// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/argument_value.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "proto/arguments.h"
#include "proto/event_catalog.h"
#include "proto/flag_names.h"

namespace eyrie::rules::testing {
namespace {

// Errors have numbers up to this one.
constexpr int64_t kMaxErrno = 4095;
// Bytes of the path of a Unix socket, without its NUL.
constexpr size_t kMaxUnixPath = 107;

const FlagName* FindName(const FlagNames& names, absl::string_view name) {
  for (const FlagName& candidate : names.names) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

// The value in which every name of `text` holds.
std::optional<int64_t> ReadNames(ArgumentType type, absl::string_view text) {
  uint64_t value = 0;
  std::vector<const FlagName*> found;
  for (const absl::string_view name : absl::StrSplit(text, '|')) {
    found.push_back(FindName(NamesOf(type), name));
    if (found.back() == nullptr) return std::nullopt;
    value |= found.back()->value;
  }
  const bool all_hold =
      std::all_of(found.begin(), found.end(),
                  [&](const FlagName* name) { return name->Matches(value); });
  return all_hold ? std::optional(static_cast<int64_t>(value)) : std::nullopt;
}

}  // namespace

std::optional<int64_t> ReadNumber(ArgumentType type, absl::string_view text) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  uint64_t hex = 0;
  if (absl::StartsWith(text, "0x") && absl::SimpleHexAtoi(text, &hex)) {
    return static_cast<int64_t>(hex);
  }
  if (text == "true") return 1;
  if (text == "false") return 0;
  if (text.size() > 1 && text[0] == 'E' && !absl::StrContains(text, '_')) {
    for (number = 1; number <= kMaxErrno; ++number) {
      if (ErrnoName(number) == text) return -number;
    }
  }
  return text.empty() ? std::nullopt : ReadNames(type, text);
}

bool IsAddress(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "unix:")) {
    return !text.empty() && text.size() <= kMaxUnixPath &&
           !absl::StrContains(text, '\0');
  }
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return false;
  uint32_t port = 0;
  if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    return false;
  }
  absl::string_view host = text.substr(0, colon);
  unsigned char address[16];
  if (absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]")) {
    return inet_pton(AF_INET6, std::string(host).c_str(), address) == 1;
  }
  return inet_pton(AF_INET, std::string(host).c_str(), address) == 1;
}

}  // namespace eyrie::rules::testing

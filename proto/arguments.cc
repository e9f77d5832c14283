// SPDX-License-Identifier: Apache-2.0

#include "proto/arguments.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_names.h"

namespace eyrie {
namespace {

void AppendName(absl::string_view name, char separator, std::string* text) {
  if (!text->empty()) *text += separator;
  text->append(name.data(), name.size());
}

void AppendFlags(absl::Span<const FlagName> names, uint64_t value,
                 std::string* text) {
  for (const FlagName& flag : names) {
    if (flag.Matches(value)) AppendName(flag.name, '|', text);
  }
}

// Linux before 2.4 wanted a magic number above the flags of a mount; later ones
// pass over it.
uint64_t WithoutMountMagic(uint64_t flags) {
  constexpr uint64_t kMask = 0xffff0000;
  constexpr uint64_t kMagic = 0xc0ed0000;
  return (flags & kMask) == kMagic ? flags & ~kMask : flags;
}

}  // namespace

std::string FormatFlags(ArgumentType type, uint64_t value) {
  std::string text;
  if (type == ArgumentType::kSockoptName) return text;
  if (type == ArgumentType::kMountFlags) value = WithoutMountMagic(value);
  const FlagNames& names = NamesOf(type);
  for (const FlagName& name : names.names) {
    if (!name.Matches(value)) continue;
    AppendName(name.name, names.separator, &text);
    if (names.kind == NameKind::kEnumeration) break;
  }
  return text;
}

std::string FormatOpenFlags(uint64_t flags, uint64_t file_flags) {
  std::string text;
  AppendOpenFlags(flags, file_flags, &text);
  return text;
}

void AppendOpenFlags(uint64_t flags, uint64_t file_flags, std::string* text) {
  AppendFlags(NamesOf(ArgumentType::kOpenFlags).names, flags, text);
  AppendFlags(FileFactNames(), file_flags, text);
}

absl::string_view SocketOptionName(uint64_t level, uint64_t option) {
  if (static_cast<uint32_t>(level) != SOL_SOCKET) return "";
  for (const FlagName& name : NamesOf(ArgumentType::kSockoptName).names) {
    if (name.Matches(option)) return name.name;
  }
  return "";
}

absl::string_view ErrnoName(int64_t number) {
  const uint64_t wanted = number < 0 ? -static_cast<uint64_t>(number)
                                     : static_cast<uint64_t>(number);
  const absl::Span<const FlagName> names = ErrnoNames();
  const auto found = std::lower_bound(
      names.begin(), names.end(), wanted,
      [](const FlagName& name, uint64_t value) { return name.value < value; });
  if (found == names.end() || found->value != wanted) return "";
  return found->name;
}

absl::string_view SignalName(int64_t number) {
  const absl::Span<const FlagName> names = NamesOf(ArgumentType::kSignal).names;
  if (number < 1 || number > static_cast<int64_t>(names.size())) return "";
  return names[static_cast<size_t>(number - 1)].name;
}

std::string CapabilityNames(uint64_t capabilities) {
  return FormatFlags(ArgumentType::kCaps, capabilities);
}

}  // namespace eyrie

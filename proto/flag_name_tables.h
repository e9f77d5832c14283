// SPDX-License-Identifier: Apache-2.0
//
// What the files of name tables are made of. For proto/flag_names*.cc alone.

#ifndef EYRIE_PROTO_FLAG_NAME_TABLES_H_
#define EYRIE_PROTO_FLAG_NAME_TABLES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/flag_names.h"

namespace eyrie {

// The named values of one type.
struct TypeNames {
  ArgumentType type;
  FlagNames names;
};

// All of these bits.
constexpr FlagName Flag(uint64_t bits, absl::string_view name) {
  return {bits, bits, name};
}

// The kernel reads 32 bits of what enumerations are for and ignores the rest.
constexpr FlagName Number(uint32_t number, absl::string_view name) {
  return {0xffffffff, number, name};
}

constexpr FlagName Within(uint64_t mask, uint64_t value,
                          absl::string_view name) {
  return {mask, value, name};
}

constexpr TypeNames Flags(ArgumentType type, absl::Span<const FlagName> names,
                          char separator = '|') {
  return {type, {NameKind::kFlags, names, separator}};
}

constexpr TypeNames Enumeration(ArgumentType type,
                                absl::Span<const FlagName> names) {
  return {type, {NameKind::kEnumeration, names}};
}

// Each type is in one of them.
absl::Span<const TypeNames> FileTypeNames();
absl::Span<const TypeNames> MemoryTypeNames();
absl::Span<const TypeNames> NetworkTypeNames();
absl::Span<const TypeNames> ProcessTypeNames();
absl::Span<const TypeNames> SystemTypeNames();

}  // namespace eyrie

#endif  // EYRIE_PROTO_FLAG_NAME_TABLES_H_
